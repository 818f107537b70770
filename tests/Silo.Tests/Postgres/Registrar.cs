using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Exchange.Ledger;
using Exchange.Silo.Tests.Programs;
using Exchange.Store.Postgres;

namespace Exchange.Silo.Tests.Postgres;

/// <summary>
/// Callers that register one household after the other and repeat each with the same key until the node says yes. What
/// was acknowledged is kept, and every answer but yes and a "come back" that says when is an error.
/// </summary>
public sealed class Registrar : IAsyncDisposable
{
    private const int Callers = 4;
    private static readonly TimeSpan AnswerTimeMax = TimeSpan.FromSeconds(45);

    private readonly HttpClient _client;
    private readonly string _department;
    private readonly ConcurrentQueue<JsonObject> _receipts = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly CancellationTokenSource _stop = new();
    private Task[] _callers = [];
    private int _delayed;

    private Registrar(RunningNode node, string department)
    {
        _client = new() { BaseAddress = node.Address, Timeout = TimeSpan.FromMinutes(3) };
        _department = department;
    }

    /// <summary>How many entries were acknowledged.</summary>
    public int Acknowledged => _receipts.Count;

    /// <summary>How often a caller was told to come back.</summary>
    public int Delayed => Volatile.Read(ref _delayed);

    /// <summary>The receipt that came last.</summary>
    public JsonObject Last => _receipts.Last();

    /// <summary>Registers the department too, where the node does not know it.</summary>
    public static async Task<Registrar> CreateAsync(RunningNode node, string operators, string department)
    {
        var registrar = new Registrar(node, department);
        using var answer = await registrar.PostAsync(operators, "/v1/departments", new("6f7d0c1e-0000-4000-8000-1"
            + "00000000000"), new JsonObject
            {
                ["id"] = "relief",
                ["legalName"] = "Office of Poverty Relief",
                ["creditCode"] = "11520000MB1A0001XM",
                ["contact"] = "relief@example.org",
                ["division"] = "52",
                ["authority"] = "poverty-relief",
            });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return registrar;
    }

    /// <summary>Lets the callers begin.</summary>
    public void Start() => _callers = [.. Enumerable.Range(0, Callers).Select(_ => Task.Run(CallAsync))];

    /// <summary>Registers some and waits for all of them.</summary>
    public async Task RegisterAsync(int count)
    {
        for (var number = 0; number < count; number++)
        {
            await SettleAsync();
        }
    }

    /// <summary>Waits until so many more were acknowledged.</summary>
    public Task UntilMoreAsync(int count)
    {
        var enough = Acknowledged + count;
        return Waiting.UntilAsync(() => Task.FromResult(Acknowledged >= enough), () => $"{Acknowledged} of {enough}");
    }

    /// <summary>Waits until so many more were told to come back.</summary>
    public Task UntilDelayedAsync(int count)
    {
        var enough = Delayed + count;
        return Waiting.UntilAsync(() => Task.FromResult(Delayed >= enough), () => $"{Delayed} of {enough}");
    }

    /// <summary>
    /// Lets every caller come to an end, and holds the server to each acknowledgement: the entry is there, byte for
    /// byte.
    /// </summary>
    public async Task ExpectAllKeptAsync(PrivateServer server)
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_callers);
        Assert.Empty(_errors);
        var kept = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var connection = SharedDatabase.Connect(server);
        await using var command = new Npgsql.NpgsqlCommand(
            "select c.key, e.idx, e.body from chain as c join entry as e using (chain_id)", connection);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var place = string.Create(
                CultureInfo.InvariantCulture, $"household/{reader.GetString(0)}#{reader.GetInt64(1)}");
            kept[place] = Hashes.Entry(reader.GetFieldValue<byte[]>(2)).ToString();
        }

        Assert.NotEmpty(_receipts);
        Assert.All(_receipts, receipt =>
            Assert.Equal(receipt["hash"]!.GetValue<string>(), kept.GetValueOrDefault(PlaceOf(receipt))));
    }

    /// <summary>Sends the registration of one household; answers what the node answers, and in what time.</summary>
    public Task<HttpResponseMessage> PostAsync(Guid key) => PostAsync(_department, "/v1/households", key, new()
    {
        ["county"] = "520102",
        ["members"] = new JsonArray(new JsonObject { ["adult"] = true, ["details"] = "Newcomer" }),
    });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _client.Dispose();
        try
        {
            await Task.WhenAll(_callers);
        }
        catch (Exception broken) when (broken is HttpRequestException or OperationCanceledException
            or ObjectDisposedException)
        {
            // The test failed for another reason, and its node is gone.
        }

        _stop.Dispose();
    }

    private static string PlaceOf(JsonObject receipt) => string.Create(
        CultureInfo.InvariantCulture, $"{receipt["chain"]!.GetValue<string>()}#{receipt["index"]!.GetValue<long>()}");

    private async Task CallAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            await SettleAsync();
        }
    }

    private async Task SettleAsync()
    {
        var key = Guid.NewGuid();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        do
        {
            var taken = Stopwatch.StartNew();
            using var answer = await PostAsync(key);
            var text = await answer.Content.ReadAsStringAsync();
            if (taken.Elapsed > AnswerTimeMax)
            {
                _errors.Enqueue($"answered after {taken.Elapsed}: {text}");
            }

            if (answer.IsSuccessStatusCode)
            {
                _receipts.Enqueue(JsonNode.Parse(text)!["receipt"]!.AsObject());
                return;
            }

            _ = Interlocked.Increment(ref _delayed);
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable || answer.Headers.RetryAfter is null)
            {
                _errors.Enqueue($"{answer.StatusCode}: {text}");
                return;
            }
        }
        while (await timer.WaitForNextTickAsync());
    }

    private async Task<HttpResponseMessage> PostAsync(string token, string path, Guid key, JsonObject body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative));
        request.Headers.Authorization = new("Bearer", token);
        request.Headers.Add("Idempotency-Key", key.ToString("D"));
        request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        return await _client.SendAsync(request);
    }
}
