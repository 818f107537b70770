using System.Text.Json.Nodes;
using Exchange.Benchmarks.Append;
using Exchange.Benchmarks.Harness;

namespace Exchange.Benchmarks.Silos;

/// <summary>
/// Callers in a client, as in a node that serves the API without grains, and silos that are processes of their own:
/// one, and three on the same machine.
/// </summary>
internal sealed class ClientRuns(ClusterWorld world, ConsentLoad load, IReadOnlyCollection<SiloProcess> silos)
{
    private const int OtherCallers = 64;
    private const int HotCallers = 512;

    internal static async Task RunAsync(ClusterWorld world)
    {
        foreach (var count in (int[])[1, 3])
        {
            var cluster = $"client-{count}";
            List<SiloProcess> silos = [];
            try
            {
                while (silos.Count < count)
                {
                    silos.Add(await SiloProcess.StartAsync(world.NextPlace(cluster)));
                }

                await using var load = world.LoadOn(
                    await SiloNode.StartClientAsync(world.NextPlace(cluster)), world.Settings.Chains);
                await load.WarmAsync();
                var runs = new ClientRuns(world, load, silos);
                foreach (var callers in world.Settings.Callers)
                {
                    await runs.RunAsync(callers);
                }

                await runs.RunHotAsync();
            }
            finally
            {
                await Task.WhenAll(silos.Select(silo => silo.DisposeAsync().AsTask()));
            }
        }
    }

    private async Task RunAsync(int callers)
    {
        List<Metered> rounds = [];
        for (var number = 0; number <= world.Settings.Rounds; number++)
        {
            var round = await world.MeterAsync(() => load.RunAsync(callers, world.Settings.Time), silos);
            Console.Error.WriteLine(FormattableString.Invariant(
                $"{silos.Count} silos, {callers} callers, round {number} of {world.Settings.Rounds}: ")
                + FormattableString.Invariant($"{round.Load.PerSecond:N0} consents a second"));
            if (number > 0)
            {
                // The round before the first warms up.
                rounds.Add(round);
            }
        }

        var result = Line(callers);
        result["consents"] = Metered.Describe(rounds);
        ResultLine.Write("cluster-client", result);
    }

    private async Task RunHotAsync()
    {
        List<(double Alone, double Beside, double Hot, double Others)> rounds = [];
        for (var number = 0; number <= world.Settings.Rounds; number++)
        {
            await world.CheckpointAsync();
            var alone = await load.RunHotAsync(hot: 0, OtherCallers, world.Settings.Time);
            await world.CheckpointAsync();
            var beside = await load.RunHotAsync(HotCallers, OtherCallers, world.Settings.Time);
            var round = (
                Alone: LoadResult.LatencyMicroseconds(alone.Others, 0.99),
                Beside: LoadResult.LatencyMicroseconds(beside.Others, 0.99),
                Hot: beside.Hot.Length / world.Settings.Time.TotalSeconds,
                Others: beside.Others.Length / world.Settings.Time.TotalSeconds);
            Console.Error.WriteLine(FormattableString.Invariant(
                $"{silos.Count} silos, hot grain, round {number} of {world.Settings.Rounds}: {round.Hot:N0} a second, ")
                + FormattableString.Invariant($"p99 of others {round.Beside:N0}, without {round.Alone:N0}"));
            if (number > 0)
            {
                rounds.Add(round);
            }
        }

        var result = Line(OtherCallers);
        result["hotCallers"] = HotCallers;
        result["hotCommand"] = "withdraw-consent, without a row";
        result["hotPerSecond"] = ResultLine.Of(new Sample(rounds.Select(each => each.Hot)));
        result["othersPerSecond"] = ResultLine.Of(new Sample(rounds.Select(each => each.Others)));
        result["othersP99Microseconds"] = Metered.Median(rounds.Select(each => each.Beside));
        result["othersP99WithoutMicroseconds"] = Metered.Median(rounds.Select(each => each.Alone));
        result["ratio"] = Metered.Median(rounds.Select(each => each.Beside / each.Alone));
        result["goal"] = "the p99 of the others at most twice";
        ResultLine.Write("cluster-hot", result);
    }

    private JsonObject Line(int callers)
    {
        var line = world.Line(callers);
        line["silos"] = silos.Count;
        line["silosAre"] = "processes of this program: nodes without their API; the callers are in a client";
        return line;
    }
}
