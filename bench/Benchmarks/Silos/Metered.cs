using System.Text.Json.Nodes;
using Exchange.Benchmarks.Append;
using Exchange.Benchmarks.Harness;

namespace Exchange.Benchmarks.Silos;

/// <summary>What one round came to, and what it cost.</summary>
/// <param name="Silos">Processor time of the silos that are other processes.</param>
/// <param name="Server">Processor time of the database.</param>
internal sealed record Metered(LoadResult Load, TimeSpan Silos, TimeSpan Server)
{
    internal double ProcessorMicrosecondsEach =>
        Load.ProcessorMicrosecondsEach + ((Silos + Server).TotalMicroseconds / Load.Rows);

    /// <summary>Medians of rounds.</summary>
    internal static JsonObject Describe(IReadOnlyCollection<Metered> rounds)
    {
        var result = new JsonObject
        {
            ["perSecond"] = ResultLine.Of(new Sample(rounds.Select(each => each.Load.PerSecond))),
            ["medianMicroseconds"] = Median(rounds.Select(each => each.Load.LatencyMicroseconds(0.5))),
            ["p99Microseconds"] = Median(rounds.Select(each => each.Load.LatencyMicroseconds(0.99))),
            ["thisProcessMicrosecondsEach"] = Median(rounds.Select(each => each.Load.ProcessorMicrosecondsEach)),
        };
        if (rounds.Any(each => each.Silos > TimeSpan.Zero))
        {
            result["silosMicrosecondsEach"] =
                Median(rounds.Select(each => each.Silos.TotalMicroseconds / each.Load.Rows));
        }

        result["serverMicrosecondsEach"] =
            Median(rounds.Select(each => each.Server.TotalMicroseconds / each.Load.Rows));
        return result;
    }

    internal static double Median(IEnumerable<double> values) => Math.Round(new Sample(values).Median, 3);
}
