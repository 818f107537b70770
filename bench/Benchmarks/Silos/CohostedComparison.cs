using System.Text.Json.Nodes;
using Exchange.Benchmarks.Append;
using Exchange.Benchmarks.Harness;

namespace Exchange.Benchmarks.Silos;

/// <summary>
/// Callers in the one silo, through its own grain factory: our grains, and in turn with them grains that write their
/// state as Orleans does it.
/// </summary>
internal sealed class CohostedComparison(ClusterWorld world, ConsentLoad ours, KeeperLoad theirs)
{
    private const double Goal = 10;

    private long _theirWrites;

    internal static async Task RunAsync(ClusterWorld world)
    {
        var silo = await SiloNode.StartSiloAsync(world.NextPlace("cohosted"));
        await using var ours = world.LoadOn(silo, world.Settings.Chains);
        await ours.WarmAsync();
        var theirs = new KeeperLoad(silo.Grains, ours.Households, ours.Terms, world.Settings.Seed);
        await theirs.FillAsync();
        var comparison = new CohostedComparison(world, ours, theirs);
        foreach (var callers in world.Settings.Callers)
        {
            await comparison.CompareAsync(callers);
        }
    }

    private async Task CompareAsync(int callers)
    {
        List<(Metered Ours, Metered Theirs)> rounds = [];
        for (var number = 0; number <= world.Settings.Rounds; number++)
        {
            // Who comes first in a round comes last in the next.
            var first = number % 2 == 0 ? await OursAsync(callers) : await TheirsAsync(callers);
            var second = number % 2 == 0 ? await TheirsAsync(callers) : await OursAsync(callers);
            var round = number % 2 == 0 ? (Ours: first, Theirs: second) : (Ours: second, Theirs: first);
            Console.Error.WriteLine(FormattableString.Invariant(
                $"{callers} callers, round {number} of {world.Settings.Rounds}: {round.Ours.Load.PerSecond:N0} ")
                + FormattableString.Invariant(
                    $"consents a second; written as states {round.Theirs.Load.PerSecond:N0}"));
            if (number > 0)
            {
                // The round before the first warms up.
                rounds.Add(round);
            }
        }

        ResultLine.Write("cluster-cohosted", Describe(callers, rounds));
    }

    private Task<Metered> OursAsync(int callers) =>
        world.MeterAsync(() => ours.RunAsync(callers, world.Settings.Time));

    private async Task<Metered> TheirsAsync(int callers)
    {
        var round = await world.MeterAsync(() => theirs.RunAsync(callers, world.Settings.Time));
        _theirWrites += round.Load.Rows;
        return round;
    }

    private JsonObject Describe(int callers, List<(Metered Ours, Metered Theirs)> rounds)
    {
        var result = world.Line(callers);
        result["sessions"] = world.Settings.Writers + ClusterWorld.ReadersEach;
        result["consents"] = Metered.Describe([.. rounds.Select(each => each.Ours)]);
        result["entriesPerCommit"] =
            Metered.Median(rounds.Select(each => each.Ours.Load.Rows / (double)each.Ours.Load.Commits));
        result["consentsOfAHousehold"] = Each(ours.Entries);
        result["stateWrites"] = Metered.Describe([.. rounds.Select(each => each.Theirs)]);
        result["consentsOfAState"] = Each(_theirWrites);
        result["stateForm"] = "Orleans' binary serializer, statements prepared";
        result["ratio"] = Metered.Median(
            rounds.Select(each => each.Ours.Load.PerSecond / each.Theirs.Load.PerSecond));
        result["processorRatio"] = Metered.Median(rounds.Select(
            each => each.Theirs.ProcessorMicrosecondsEach / each.Ours.ProcessorMicrosecondsEach));
        result["goal"] = Goal;
        return result;
    }

    // Each began with one.
    private double Each(long given) => Math.Round(1 + (given / (double)world.Settings.Chains), 1);
}
