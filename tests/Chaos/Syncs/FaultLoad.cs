using System.Text.Json.Nodes;
using Exchange.Chaos.Clients;
using Exchange.Chaos.Kills;

namespace Exchange.Chaos.Syncs;

/// <summary>
/// A few callers at once, each command once, until the node ends or says that it does not know; what was acknowledged
/// and what was left open is written down.
/// </summary>
public sealed class FaultLoad(ExchangeClient client, World world, Journal journal, string name)
{
    private const int Callers = 4;

    private readonly Lock _gate = new();
    private readonly List<FaultCommand> _open = [];
    private readonly Dictionary<string, int> _codes = [];
    private readonly List<string> _errors = [];

    /// <summary>Commands without an answer that settles them.</summary>
    public IReadOnlyList<FaultCommand> Open => _open;

    /// <summary>The codes that the node gave for commands it could not settle.</summary>
    public IReadOnlyDictionary<string, int> Codes => _codes;

    /// <summary>Answers that no caller should ever get.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <summary>Gives commands until each caller met a command that was not settled, or gave so many.</summary>
    public Task RunAsync(int commandsMax, bool goesOn) => Task.WhenAll(
        Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(caller, commandsMax, goesOn))));

    /// <summary>Repeats a command; nothing where it is still not settled.</summary>
    public async Task<Answer?> SettleAsync(ExchangeClient by, FaultCommand command)
    {
        journal.Sending(command.Key, command.Path);
        var answer = await by.PostAsync(command.Token, command.Path, command.Key, command.Body.DeepClone());
        Judge(command, answer);
        return answer.Status == 503 ? null : answer;
    }

    private async Task CallAsync(int caller, int commandsMax, bool goesOn)
    {
        for (var number = 0; number < commandsMax; number++)
        {
            var command = Command(caller, number);
            if (!await TryAsync(command) && !goesOn)
            {
                return;
            }
        }
    }

    private async Task<bool> TryAsync(FaultCommand command)
    {
        try
        {
            if (await SettleAsync(client, command) is { } answer)
            {
                journal.Answered(command.Key, answer);
                return true;
            }
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or TaskCanceledException)
        {
            // The node has ended: what became of the command is asked after the restart.
        }

        lock (_gate)
        {
            _open.Add(command);
        }

        return false;
    }

    private void Judge(FaultCommand command, Answer answer)
    {
        lock (_gate)
        {
            if (answer is { Status: 503, Code: { } code })
            {
                _codes[code] = _codes.GetValueOrDefault(code) + 1;
            }
            else if (answer.Status is not ((>= 200 and < 300) or 409 or 422))
            {
                _errors.Add($"{command.Path}: {answer.Status} {answer.Text}");
            }
        }
    }

    private FaultCommand Command(int caller, int number)
    {
        var step = $"{name}/{caller}/{number}";
        var household = world.Households[(caller + number) % world.Households.Count];
        var (token, path, body) = (number % 4) switch
        {
            0 => (household.Token, $"/v1/households/{household.Id}/consents", world.Consent()),
            1 => (world.By.Department, "/v1/households", Load.Household(number)),
            2 => (household.Token, $"/v1/households/{household.Id}/withdraw",
                new JsonObject { ["scope"] = "everything" }),
            _ => (world.By.Operator, "/v1/buyers", Load.Buyer($"b-{step.Replace('/', '-')}")),
        };
        return new(World.Key(step), token, path, body);
    }
}

/// <summary>One command, with what is needed to give it again.</summary>
public sealed record FaultCommand(Guid Key, string Token, string Path, JsonObject Body);
