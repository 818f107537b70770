using Exchange.Chaos.Clients;
using Exchange.Chaos.Kills;
using Exchange.Chaos.Nodes;

namespace Exchange.Chaos.Syncs;

/// <summary>One node that meets one fault of its disk under load, and what is there after a restart.</summary>
public static class FaultRun
{
    private const int CommandsMax = 400;

    // For a node that will never end; how long an end takes is up to the machine.
    private static readonly TimeSpan EndMax = TimeSpan.FromMinutes(5);

    /// <summary>Faults of the log that must end the node.</summary>
    public static Task<FaultReport> UntilItEndsAsync(FaultTemplate template, string name, string fault) =>
        RunAsync(template, name, fault, CommandsMax, goesOn: false);

    /// <summary>Faults that the node may survive: it is killed when so many commands were given.</summary>
    public static Task<FaultReport> ThroughAsync(
        FaultTemplate template, string name, string fault, int commandsPerCaller) =>
        RunAsync(template, name, fault, commandsPerCaller, goesOn: true);

    private static async Task<FaultReport> RunAsync(
        FaultTemplate template, string name, string fault, int commandsMax, bool goesOn)
    {
        var data = template.Copy(name);
        var folder = Path.GetDirectoryName(data)!;
        var trace = Path.Combine(folder, "trace");
        var calls = fault[..fault.IndexOf(':', StringComparison.Ordinal)];
        using var journal = new Journal(Path.Combine(folder, "journal"));
        await using var node = NodeProcess.Launch(data, Ports.Free(), wrapper: Tracing.Wrapper(
            trace, "-s", "0", "-P", Path.Combine(data, "exchange.db-wal"),
            "-e", $"trace={calls}", "-e", $"inject={fault}"));
        using var client = new ExchangeClient(node.Address);
        var load = new FaultLoad(client, template.World, journal, name);
        var hasStarted = await HasStartedAsync(node);
        if (hasStarted)
        {
            await load.RunAsync(commandsMax, goesOn);
        }

        var hasEnded = goesOn ? node.HasExited : await HasEndedAsync(node);
        await node.KillAsync();
        var injected = File.ReadLines(trace).Count(line => line.Contains("(INJECTED)", StringComparison.Ordinal));
        var lost = await CheckAsync(template, data, load, journal);
        Directory.Delete(folder, recursive: true);
        return new(
            name, injected, hasStarted, hasEnded, hasEnded ? node.ExitCode : null, journal.Acknowledged.Count,
            load.Open.Count, load.Codes, [.. load.Errors, .. lost], node.Output);
    }

    private static async Task<bool> HasStartedAsync(NodeProcess node)
    {
        try
        {
            await node.WaitUntilReadyAsync();
            return true;
        }
        catch (InvalidOperationException) when (node.HasExited)
        {
            // The fault met the start itself: a node that says so and ends has acknowledged nothing.
            return false;
        }
    }

    private static async Task<bool> HasEndedAsync(NodeProcess node)
    {
        using var patience = new CancellationTokenSource(EndMax);
        try
        {
            await node.WaitForExitAsync(patience.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    // On a sound disk: every acknowledged entry is there as it was told, and every open command can be settled.
    private static async Task<List<string>> CheckAsync(
        FaultTemplate template, string data, FaultLoad load, Journal journal)
    {
        var errors = new List<string>();
        await using var node = await NodeProcess.StartAsync(data, Ports.Free());
        using var client = new ExchangeClient(node.Address);
        foreach (var told in journal.Acknowledged)
        {
            var found = await client.GetAsync(
                template.World.By.Regulator, $"/v1/receipts/{told.Chain}/{told.Index}", World.CaseNumber);
            var hash = found.IsSuccess ? found.Json!["hash"]!.GetValue<string>() : $"{found.Status} {found.Text}";
            if (hash != told.Hash)
            {
                errors.Add($"{told.Chain}/{told.Index}: expected {told.Hash}, found {hash}");
            }
        }

        foreach (var command in load.Open)
        {
            if (await load.SettleAsync(client, command) is null)
            {
                errors.Add($"{command.Path}: {command.Key} cannot be settled after the restart.");
            }
        }

        return errors;
    }
}

/// <summary>What became of one fault.</summary>
/// <param name="Injected">How many calls were made to fail.</param>
/// <param name="HasStarted">Whether the node was ready before the fault.</param>
/// <param name="HasEnded">Whether the node ended by itself.</param>
/// <param name="Open">Commands that were neither acknowledged nor refused.</param>
/// <param name="Codes">How often each code was given for them.</param>
public sealed record FaultReport(
    string Name, int Injected, bool HasStarted, bool HasEnded, int? ExitCode, int Acknowledged, int Open,
    IReadOnlyDictionary<string, int> Codes, IReadOnlyList<string> Errors, string Output)
{
    public override string ToString() =>
        $"{Name}: {Injected} injected, started {HasStarted}, ended {HasEnded} with {ExitCode}, "
        + $"acknowledged {Acknowledged}, "
        + $"open {Open} ({string.Join(", ", Codes.Select(code => $"{code.Value} {code.Key}"))})"
        + string.Concat(Errors.Select(error => $"\n{error}"));
}
