using System.Diagnostics;
using Exchange.Chaos.Clients;
using Exchange.Chaos.Nodes;

namespace Exchange.Chaos.Kills;

/// <summary>
/// Kills a node at random moments under load, starts it again, and in the end holds it to the journal.
/// </summary>
public static class KillRun
{
    private const int Households = 60;

    // Rest is a matter of seconds. Only what will never come to it waits for so long.
    private static readonly TimeSpan RestMax = TimeSpan.FromMinutes(5);

    public static async Task<KillReport> RunAsync(int kills, int seed, TextWriter log)
    {
        var directory = Directory.CreateTempSubdirectory("exchange-kills-").FullName;
        var data = Path.Combine(directory, "data");
        var port = NodeProcess.FreePort();
        var node = await NodeProcess.StartAsync(data, port);
        try
        {
            using var client = new ExchangeClient(node.Address);
            var world = await World.BuildAsync(client, data, Households);
            using var journal = new Journal(Path.Combine(directory, "journal"));
            var load = new Load(client, world, journal, seed);
            load.Start();
            var longest = TimeSpan.Zero;
            var random = new Random(seed);
            for (var kill = 1; kill <= kills; kill++)
            {
                await Task.Delay(random.Next(50, 1500));
                var clock = Stopwatch.StartNew();
                await node.KillAsync();
                await node.DisposeAsync();
                node = await NodeProcess.StartAsync(data, port);
                longest = clock.Elapsed > longest ? clock.Elapsed : longest;
                await log.WriteLineAsync(
                    $"kill {kill} of {kills}: ready after {clock.ElapsedMilliseconds} ms, "
                    + $"{journal.Acknowledged.Count} acknowledged");
            }

            await load.StopAsync();
            var evidence = Path.Combine(directory, "evidence.chain");
            await RestAsync(client, world, evidence);
            var (exitCode, verdict) = await Evidence.VerifyAsync(evidence, "--audit");
            var check = EvidenceCheck.Of(evidence, journal.Acknowledged);
            return new(
                kills, seed, journal.Sent, journal.Acknowledged.Count, journal.Refused, load.Downloads, check, longest,
                exitCode, verdict, load.Errors);
        }
        finally
        {
            await node.DisposeAsync();
            Directory.Delete(directory, recursive: true);
        }
    }

    // At rest: every process has come to its end, and every delivery that was started too.
    private static async Task RestAsync(ExchangeClient client, World world, string evidence)
    {
        var waited = Stopwatch.StartNew();
        do
        {
            await Evidence.ExportAsync(client, world.By.Regulator, evidence);
        }
        while (EvidenceCheck.Of(evidence, []).OneSided > 0 && waited.Elapsed < RestMax);
    }
}
