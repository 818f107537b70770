using System.Text.Json.Nodes;
using Exchange.Chaos.Clients;

namespace Exchange.Chaos.Kills;

/// <summary>
/// Callers that never give up: each makes one command after the other, and repeats it with the same key until the node
/// says yes or no, however often it is killed meanwhile.
/// </summary>
public sealed class Load(ExchangeClient client, World world, Journal journal, int seed)
{
    private const int Callers = 8;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _errors = [];
    private Task[] _callers = [];
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

    public void Start() =>
        _callers = [.. Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(caller)))];

    /// <summary>Lets each caller come to the end of the command it is at. The node must be up.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_callers);
    }

    private async Task CallAsync(int caller)
    {
        var random = new Random(HashCode.Combine(seed, caller));
        for (var number = 0; !_stop.IsCancellationRequested; number++)
        {
            var step = $"{seed}/{caller}/{number}";
            var household = world.Households[random.Next(world.Households.Count)];
            await (random.Next(100) switch
            {
                < 60 => SettleAsync(step, household.Token, $"/v1/households/{household.Id}/consents", world.Consent()),
                < 75 => SettleAsync(step, household.Token, $"/v1/households/{household.Id}/withdraw", Everything()),
                < 85 => SettleAsync(step, world.By.Department, "/v1/households", Household(number)),
                < 90 => SettleAsync(step, world.By.Operator, "/v1/buyers", Buyer($"b-{seed}-{caller}-{number}")),
                _ => TradeAsync(step),
            });
        }
    }

    // An agreement, a delivery of it, and its content as far as it comes.
    private async Task TradeAsync(string step)
    {
        var agreed = await SettleAsync($"{step} agree", world.By.Buyer, "/v1/agreements", world.Agreement());
        if (!agreed.IsSuccess)
        {
            return;
        }

        var started = await SettleAsync(
            $"{step} deliver", world.By.Buyer,
            $"/v1/agreements/{agreed.Data["id"]!.GetValue<string>()}/deliveries", []);
        if (!started.IsSuccess)
        {
            return;
        }

        try
        {
            using var content = await client.OpenAsync(
                world.By.Buyer, $"/v1/deliveries/{started.Data["id"]!.GetValue<string>()}/content");
            if (content.IsSuccessStatusCode)
            {
                await using var stream = await content.Content.ReadAsStreamAsync();
                await stream.CopyToAsync(Stream.Null);
                _ = Interlocked.Increment(ref _downloads);
            }
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or TaskCanceledException)
        {
            // The node was killed in the middle: it must close the delivery as lost when it comes back.
        }
    }

    private async Task<Answer> SettleAsync(string step, string token, string path, JsonObject body)
    {
        var key = World.Key(step);
        while (true)
        {
            journal.Sending(key, path);
            if (await TryAsync(token, path, key, body) is { } answer)
            {
                journal.Answered(key, answer);
                Judge(step, answer);
                return answer;
            }

            await Task.Delay(Pause);
        }
    }

    // Nothing means that nobody knows: the connection broke, or the node said to come back.
    private async Task<Answer?> TryAsync(string token, string path, Guid key, JsonObject body)
    {
        try
        {
            var answer = await client.PostAsync(token, path, key, body);
            return answer.Status is 429 or 503 ? null : answer;
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
            lock (_errors)
            {
                _errors.Add($"{step}: {answer.Status} {answer.Text}");
            }
        }
    }

    private static JsonObject Everything() => new() { ["scope"] = "everything" };

    /// <summary>The body that registers one more household.</summary>
    public static JsonObject Household(int number) => new()
    {
        ["county"] = "520102",
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
