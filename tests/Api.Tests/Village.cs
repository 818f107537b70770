using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Exchange.Engine.Delivery;

namespace Exchange.Api.Tests;

// family: many households on a node of their own

/// <summary>One household of a village.</summary>
/// <param name="Cause">What its row says and no other.</param>
internal sealed record Villager(string Id, string Member, Client Client, string Consent, string Cause);

/// <summary>A node with households that consented, a revision of one row each, and an agreement.</summary>
internal sealed class Village : IAsyncDisposable
{
    /// <summary>How many rows a block has where the pace is held.</summary>
    internal const int RowsInBlock = 3;

    private Village(Story story) => Story = story;

    internal Story Story { get; }

    internal TestNode Node => Story.Node;

    /// <summary>In the order of their ids, which is the order of their rows.</summary>
    internal IReadOnlyList<Villager> Households { get; private set; } = [];

    internal string Agreement { get; private set; } = "";

    /// <summary>Parts of a node whose deliveries stop behind each block until the pace is let go.</summary>
    internal static TestNodeParts Paced(HeldPace pace, bool onDisk = false) => new()
    {
        OnDisk = onDisk,
        Pace = pace,
        Deliveries = new DeliveryOptions { RowsPerSecondMax = RowsInBlock },
    };

    internal static async Task<Village> FoundAsync(TestNodeParts parts, int households)
    {
        var story = new Story { Parts = parts };
        await story.InitializeAsync();
        var village = new Village(story);
        var founded = new List<Villager>();
        for (var number = 0; number < households; number++)
        {
            founded.Add(await village.RegisterAsync(number));
        }

        village.Households = [.. founded.OrderBy(each => each.Id, StringComparer.Ordinal)];
        await village.PublishAsync(founded);
        village.Agreement = (await story.Buyer.Post("/v1/agreements", story.AgreementBody())).Created().Id;
        return village;
    }

    /// <summary>Starts a delivery and answers its id.</summary>
    internal async Task<string> StartAsync() =>
        (await Story.Buyer.Post($"/v1/agreements/{Agreement}/deliveries")).Created().Id;

    /// <summary>Opens a delivery's content and reads through its header.</summary>
    internal async Task<OpenDelivery> OpenAsync(string delivery)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/deliveries/{delivery}/content");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Story.Buyer.Token);
        var response = await Node.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        _ = response.EnsureSuccessStatusCode();
        return new(response, new StreamReader(await response.Content.ReadAsStreamAsync(), Encoding.UTF8));
    }

    internal Task<Reply> WithdrawAsync(Villager household, string? key = null) => household.Client.Post(
        $"/v1/households/{household.Id}/consents/{household.Consent}/withdraw", body: null, key);

    internal async Task<JsonNode> DeliveryAsync(string id) =>
        (await Story.Buyer.Get($"/v1/deliveries/{id}")).Ok().Data;

    public async ValueTask DisposeAsync() => await Story.DisposeAsync();

    private async Task<Villager> RegisterAsync(int number)
    {
        var made = (await Story.Department.Post("/v1/households", new
        {
            county = "520102",
            members = new[] { new { adult = true } },
        })).Created();
        (await Story.Department.Post("/v1/identifiers", new
        {
            scheme = "register",
            value = NumberOf(number),
            household = made.Id,
        })).Created();
        var client = Node.As($"household/{made.Id}");
        var consent = (await client.Post($"/v1/households/{made.Id}/consents", Story.Consent())).Created().Id;
        var member = made.Data["members"]![0]!["id"]!.GetValue<string>();
        return new(made.Id, member, client, consent, CauseOf(number));
    }

    private async Task PublishAsync(IReadOnlyList<Villager> households)
    {
        var revision = (await Story.Department.Post("/v1/datasets/poverty/revisions", Story.RevisionBody())).Created();
        var rows = households.Select((each, number) => string.Create(
            CultureInfo.InvariantCulture, $"{NumberOf(number)},{each.Cause},{number}\r\n"));
        (await Story.Department.PutCsv(
            $"/v1/revisions/{revision.Id}/content", "number,cause,income\r\n" + string.Concat(rows))).Ok();
    }

    private static string NumberOf(int number) => string.Create(CultureInfo.InvariantCulture, $"villager-{number:d4}");

    private static string CauseOf(int number) => string.Create(CultureInfo.InvariantCulture, $"cause-{number:d4}");
}

/// <summary>Content that is being read.</summary>
internal sealed class OpenDelivery(HttpResponseMessage response, StreamReader reader) : IDisposable
{
    /// <summary>The causes of so many rows; the header is read over.</summary>
    internal async Task<IReadOnlyList<string>> ReadAsync(int rows)
    {
        List<string> causes = [];
        while (causes.Count < rows && await reader.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith("subject,", StringComparison.Ordinal))
            {
                causes.Add(line.Split(',')[1]);
            }
        }

        return causes;
    }

    /// <summary>The rest, and whether it had a proper end.</summary>
    internal async Task<(IReadOnlyList<string> Causes, bool Whole)> ReadToEndAsync()
    {
        List<string> causes = [];
        try
        {
            while (await ReadAsync(rows: 1) is [var cause])
            {
                causes.Add(cause);
            }

            return (causes, true);
        }
        catch (Exception broken) when (broken is HttpIOException or IOException or HttpRequestException)
        {
            return (causes, false);
        }
    }

    public void Dispose()
    {
        reader.Dispose();
        response.Dispose();
    }
}
