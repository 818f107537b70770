using System.Diagnostics;
using System.Text.Json.Nodes;
using Exchange.Chaos.Clients;

namespace Exchange.Chaos.Kills;

/// <summary>
/// Callers that never give up: each makes one command after the other, and repeats it with the same key, at the next
/// node each time, until one says yes or no, however often they are killed meanwhile.
/// </summary>
/// <param name="clients">One for each node.</param>
/// <param name="roll">Is told of the grains that are made; nobody is where there is none.</param>
public sealed class Load(
    IReadOnlyList<ExchangeClient> clients, World world, Journal journal, int seed, Roll? roll = null)
{
    /// <summary>Where every household is registered.</summary>
    public const string County = "520102";

    private const int Callers = 8;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    // A load to be killed in, which leaves the machine to who comes back.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    // For a command that nobody will ever settle; how long a node takes to come back is up to the machine.
    private static readonly TimeSpan SettleMax = TimeSpan.FromMinutes(5);

    // A node whose network is gone ends no connection.
    private static readonly TimeSpan DownloadMax = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _errors = [];
    private Task[] _callers = [];
    private readonly long[] _settledBy = new long[clients.Count];
    private long _downloads;

    /// <summary>Answers that no caller should ever get.</summary>
    public IReadOnlyList<string> Errors
    {
        get
        {
            lock (_errors)
            {
                return [.. _errors];
            }
        }
    }

    /// <summary>Deliveries that came to their end.</summary>
    public long Downloads => Interlocked.Read(ref _downloads);

    /// <summary>How many commands each node settled.</summary>
    public IReadOnlyList<long> SettledBy => [.. _settledBy.Select((_, node) => Interlocked.Read(ref _settledBy[node]))];

    public void Start() =>
        _callers = [.. Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(caller)))];

    /// <summary>Lets each caller come to the end of the command it is at. The node must be up.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_callers);
    }

    /// <summary>Returns when every node itself took a command.</summary>
    public Task WriteToEachAsync(string step) => Task.WhenAll(Enumerable.Range(0, clients.Count).Select(
        number => SettleAsync(
            $"{step} at {number}", world.By.Department, "/v1/households", Household(number), only: number)));

    private async Task CallAsync(int caller)
    {
        var random = new Random(HashCode.Combine(seed, caller));
        for (var number = 0; !_stop.IsCancellationRequested; number++)
        {
            var step = $"{seed}/{caller}/{number}";
            var household = world.Households[random.Next(world.Households.Count)];
            await (random.Next(100) switch
            {
                < 60 => ConsentAsync(step, household),
                < 75 => SettleAsync(step, household.Token, $"/v1/households/{household.Id}/withdraw", Everything()),
                < 85 => RegisterHouseholdAsync(step, number),
                < 90 => RegisterBuyerAsync(step, $"b-{seed}-{caller}-{number}"),
                _ => TradeAsync(step),
            });
            await Task.Delay(Pace);
        }
    }

    private async Task RegisterHouseholdAsync(string step, int number)
    {
        var (made, _) = await SettleAsync(step, world.By.Department, "/v1/households", Household(number));
        if (made.IsSuccess)
        {
            roll?.AddHousehold(made.Data["id"]!.GetValue<string>());
        }
    }

    private async Task RegisterBuyerAsync(string step, string id)
    {
        var (made, _) = await SettleAsync(step, world.By.Operator, "/v1/buyers", Buyer(id));
        if (made.IsSuccess)
        {
            roll?.AddBuyer(id);
        }
    }

    // What one node acknowledged, another one knows.
    private async Task ConsentAsync(string step, WorldHousehold household)
    {
        var path = $"/v1/households/{household.Id}/consents";
        var (given, by) = await SettleAsync(step, household.Token, path, world.Consent());
        if (!given.IsSuccess)
        {
            return;
        }

        try
        {
            var seen = await clients[(by + 1) % clients.Count].GetAsync(
                household.Token, $"{path}/{given.Data["id"]!.GetValue<string>()}");
            if (seen.Status is not (200 or 429 or 503))
            {
                Blame($"{step}: read back {seen.Status} {seen.Text}");
            }
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or TaskCanceledException)
        {
            // A node that is dead says nothing, and so nothing wrong.
        }
    }

    // An agreement, a delivery of it, and its content as far as it comes.
    private async Task TradeAsync(string step)
    {
        var (agreed, _) = await SettleAsync($"{step} agree", world.By.Buyer, "/v1/agreements", world.Agreement());
        if (!agreed.IsSuccess)
        {
            return;
        }

        roll?.AddAgreement(agreed.Data["id"]!.GetValue<string>());
        var (started, by) = await SettleAsync(
            $"{step} deliver", world.By.Buyer,
            $"/v1/agreements/{agreed.Data["id"]!.GetValue<string>()}/deliveries", []);
        if (!started.IsSuccess)
        {
            return;
        }

        try
        {
            using var content = await clients[by].OpenAsync(
                world.By.Buyer, $"/v1/deliveries/{started.Data["id"]!.GetValue<string>()}/content");
            if (content.IsSuccessStatusCode)
            {
                await using var stream = await content.Content.ReadAsStreamAsync();
                using var patience = new CancellationTokenSource(DownloadMax);
                await stream.CopyToAsync(Stream.Null, patience.Token);
                _ = Interlocked.Increment(ref _downloads);
            }
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or OperationCanceledException)
        {
            // The node was killed in the middle: it must close the delivery as lost when it comes back.
        }
    }

    /// <param name="only">The number of the one node that is asked; all in turn where none is named.</param>
    private async Task<Settled> SettleAsync(
        string step, string token, string path, JsonObject body, int? only = null)
    {
        var key = World.Key(step);
        var waited = Stopwatch.StartNew();
        for (var turn = key.ToByteArray()[0]; ; turn = unchecked((byte)(turn + 1)))
        {
            var node = only ?? turn % clients.Count;
            journal.Sending(key, path);
            var answer = await TryAsync(clients[node], token, path, key, body);
            if (answer is { Status: not (429 or 503) })
            {
                journal.Answered(key, answer);
                Judge(step, answer);
                _ = Interlocked.Increment(ref _settledBy[node]);
                return new(answer, node);
            }

            if (answer?.Code == "chain-broken" || waited.Elapsed > SettleMax)
            {
                Blame($"{step}: not settled after {waited.Elapsed}: {answer?.Text ?? "no answer"}");
                return new(answer ?? new(503, Json: null, Replayed: false, "no answer"), node);
            }

            await Task.Delay(Pause);
        }
    }

    // Nothing means that nobody knows: the connection broke.
    private static async Task<Answer?> TryAsync(
        ExchangeClient client, string token, string path, Guid key, JsonObject body)
    {
        try
        {
            return await client.PostAsync(token, path, key, body);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or TaskCanceledException)
        {
            return null;
        }
    }

    private void Judge(string step, Answer answer)
    {
        // Refusals are lawful answers; what no command of this load should meet is anything else.
        if (answer.Status is not ((>= 200 and < 300) or 409 or 422))
        {
            Blame($"{step}: {answer.Status} {answer.Text}");
        }
    }

    private void Blame(string error)
    {
        lock (_errors)
        {
            _errors.Add(error);
        }
    }

    private static JsonObject Everything() => new() { ["scope"] = "everything" };

    /// <summary>The body that registers one more household.</summary>
    public static JsonObject Household(int number) => new()
    {
        ["county"] = County,
        ["members"] = new JsonArray(new JsonObject { ["adult"] = true, ["details"] = $"Newcomer {number}" }),
    };

    /// <summary>The body that registers one more buyer.</summary>
    public static JsonObject Buyer(string id) => new()
    {
        ["id"] = id,
        ["legalName"] = id,
        ["code"] = "US-1",
        ["country"] = "US",
        ["contact"] = "buyer@example.org",
        ["purposes"] = World.Texts([World.Purpose]),
    };
}
