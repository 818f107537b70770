using System.Diagnostics;
using Exchange.Chaos.Clients;

namespace Exchange.Chaos.Kills;

/// <summary>
/// Kills at random moments under load, starts again, and in the end holds the nodes to the journal.
/// </summary>
public static class KillRun
{
    private const int Households = 60;

    /// <param name="store">What nodes keep their chains in: <c>sqlite</c> or <c>postgres</c>.</param>
    /// <param name="enough">Ends the killing early; what was done is reckoned all the same.</param>
    public static async Task<KillReport> RunAsync(
        string store, int kills, int seed, TextWriter log, CancellationToken enough = default)
    {
        using var folder = new RunFolder("exchange-kills-", log);
        await using IVictims victims = store == "postgres"
            ? await NodesAndServer.StartAsync(folder.Path)
            : await OneNode.StartAsync(folder.Path);
        try
        {
            var report = await RunAsync(victims, folder.Path, kills, seed, log, enough);
            folder.IsGood = report.IsGood;
            return report;
        }
        catch
        {
            await log.WriteLineAsync(victims.Output);
            throw;
        }
    }

    private static async Task<KillReport> RunAsync(
        IVictims victims, string directory, int kills, int seed, TextWriter log, CancellationToken enough)
    {
        var clients = victims.Addresses.Select(address => new ExchangeClient(address)).ToArray();
        try
        {
            var world = await World.BuildAsync(clients[0], victims.Keep, Households);
            using var journal = new Journal(Path.Combine(directory, "journal"));
            var load = new Load(clients, world, journal, seed);
            load.Start();
            var (done, longest) = await KillAsync(victims, load, journal, kills, seed, log, enough);
            await load.StopAsync();
            var end = await Reckoning.AtRestAsync(clients[0], world, journal, directory);
            return new(
                victims.Keep.Store, done, seed, journal.Sent, journal.Acknowledged.Count, journal.Refused,
                load.Downloads, end.Check, longest, end.VerifierExitCode, end.Verdict, load.Errors);
        }
        finally
        {
            foreach (var client in clients)
            {
                client.Dispose();
            }
        }
    }

    // Answers how many there were, and the longest recovery: until every node is ready and has taken a command.
    private static async Task<(int Kills, TimeSpan Longest)> KillAsync(
        IVictims victims, Load load, Journal journal, int kills, int seed, TextWriter log, CancellationToken enough)
    {
        var longest = TimeSpan.Zero;
        var random = new Random(seed);
        var kill = 0;
        while (kill < kills && !enough.IsCancellationRequested)
        {
            kill++;
            await Task.Delay(random.Next(50, 1500), CancellationToken.None);
            var clock = Stopwatch.StartNew();
            var victim = await victims.KillNextAsync();
            await victims.WaitUntilReadyAsync();
            var readyAfter = clock.Elapsed;
            await load.WriteToEachAsync($"{seed}/after kill {kill}");
            longest = clock.Elapsed > longest ? clock.Elapsed : longest;
            await log.WriteLineAsync(
                $"kill {kill} of {kills}, {victim}: ready after {readyAfter.TotalMilliseconds:0} ms, "
                + $"wrote after {clock.ElapsedMilliseconds} ms, {journal.Acknowledged.Count} acknowledged");
        }

        return (kill, longest);
    }
}
