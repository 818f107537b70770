using System.Diagnostics;

namespace Exchange.Benchmarks.Harness;

/// <summary>Callers who each wait for an answer before they call again.</summary>
internal static class Callers
{
    /// <summary>Calls for a time; the latencies of all calls, in ticks of the stopwatch.</summary>
    internal static async Task<long[]> RunAsync(
        int callers, int seed, Stopwatch clock, TimeSpan time, Func<Random, Task> call)
    {
        var latencies = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var random = new Random(HashCode.Combine(seed, caller));
            List<long> mine = [];
            while (clock.Elapsed < time)
            {
                var start = Stopwatch.GetTimestamp();
                await call(random);
                mine.Add(Stopwatch.GetTimestamp() - start);
            }

            return mine;
        })));
        return [.. latencies.SelectMany(mine => mine)];
    }
}
