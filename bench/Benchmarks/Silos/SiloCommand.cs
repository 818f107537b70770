using System.CommandLine;
using System.Text.Json;

namespace Exchange.Benchmarks.Silos;

/// <summary>
/// A silo in a process of its own, for a benchmark that is its parent: its place comes as the first line of standard
/// input, and it leaves when that ends.
/// </summary>
internal static class SiloCommand
{
    internal const string Name = "silo";

    /// <summary>What it prints when it has joined.</summary>
    internal const string Joined = "joined";

    internal static Command Create()
    {
        var command = new Command(Name, "A silo of a benchmark's cluster.") { Hidden = true };
        command.SetAction((_, cancellationToken) => RunAsync(cancellationToken));
        return command;
    }

    private static async Task RunAsync(CancellationToken cancellationToken)
    {
        var line = await Console.In.ReadLineAsync(cancellationToken);
        var place = JsonSerializer.Deserialize<SiloPlace>(line ?? "null")
            ?? throw new InvalidDataException("Expected the silo's place on standard input, found nothing.");
        await using var silo = await SiloNode.StartSiloAsync(place);
        await Console.Out.WriteLineAsync(Joined);
        _ = await Console.In.ReadLineAsync(cancellationToken);
    }
}
