using System.Globalization;
using System.Text.Json;

namespace Exchange.Silo.Demo;

/// <summary>A delivery as the buyer got it.</summary>
internal sealed record Delivered(long Rows, DateTimeOffset StartedAt);

/// <summary>The buyer licenses a dataset and downloads it.</summary>
internal sealed class DemoTrade(DemoApi api, DemoParties parties, DemoSteps steps)
{
    /// <summary>Takes up an offer; answers the agreement's id.</summary>
    internal async Task<string> LicenseAsync(string dataset, JsonElement offer)
    {
        var answer = await api.PostAsync(parties.Licensee, $"license {dataset}", "/v1/agreements", new
        {
            dataset,
            offer = offer.GetProperty("id").GetString(),
            offerDigest = offer.GetProperty("digest").GetString(),
            purpose = DemoOpening.Purpose,
            period = new { from = "2026-01-01T00:00:00Z", until = "2098-01-01T00:00:00Z" },
        });
        await steps.SayAsync($"the buyer took a licence for {dataset}");
        return answer.GetProperty("data").GetProperty("id").GetString()!;
    }

    /// <summary>Starts a delivery and downloads it; something may happen once its first bytes are here.</summary>
    internal async Task<Delivered> DeliverAsync(string name, string agreement, Func<Task>? meanwhile = null)
    {
        var started = await api.PostAsync(
            parties.Licensee, $"delivery {name}", $"/v1/agreements/{agreement}/deliveries");
        var id = started.GetProperty("data").GetProperty("id").GetString();
        var startedAt = started.GetProperty("data").GetProperty("startedAt").GetDateTimeOffset();
        using (var answer = await api.OpenAsync(parties.Licensee, $"/v1/deliveries/{id}/content"))
        {
            await using var content = await answer.Content.ReadAsStreamAsync();
            await DownloadAsync(content, meanwhile);
        }

        var ended = (await api.GetAsync(parties.Licensee, $"/v1/deliveries/{id}")).GetProperty("data");
        var rows = ended.GetProperty("rows").GetInt64();
        await steps.SayAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"the {name} delivery: {rows} rows, {ended.GetProperty("status").GetString()}"));
        return new(rows, startedAt);
    }

    private async Task DownloadAsync(Stream content, Func<Task>? meanwhile)
    {
        var buffer = new byte[64 * 1024];
        var total = 0L;
        for (var read = await content.ReadAsync(buffer); read > 0; read = await content.ReadAsync(buffer))
        {
            total += read;
            if (meanwhile is not null)
            {
                await meanwhile();
                meanwhile = null;
            }

            await steps.ProgressAsync("kilobytes received", total / 1024);
        }
    }
}
