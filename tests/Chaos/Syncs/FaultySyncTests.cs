using System.Collections.Concurrent;
using Xunit.Abstractions;

namespace Exchange.Chaos.Syncs;

public sealed class FaultySyncTests(FaultTemplate template, ITestOutputHelper output) : IClassFixture<FaultTemplate>
{
    private const int Faults = 50;

    // A node's start keeps one core busy, and most of each run is two starts.
    private const int Lanes = 2;

    private const string Ending = "the node ends and the next start finds out";

    [TracedFact]
    public async Task A_sync_that_fails_ends_the_node_and_takes_back_no_acknowledgement()
    {
        // The tracer counts each thread's calls: one thread makes all commits, and start-up another's first few.
        var reports = await AllAsync(Enumerable.Range(1, Faults), n => FaultRun.UntilItEndsAsync(
            template, $"sync-{n}", $"fsync,fdatasync:error=EIO:when={n}"));

        Assert.All(reports, report =>
        {
            Assert.Empty(report.Errors);
            Assert.True(report is { Injected: > 0, HasEnded: true, ExitCode: 1 }, $"{report}\n{report.Output}");
            Assert.True(
                !report.HasStarted || report.Output.Contains(Ending, StringComparison.Ordinal),
                $"{report}\n{report.Output}");
        });
        var underLoad = reports.Where(report => report.HasStarted).ToArray();
        Assert.True(underLoad.Length >= Faults - 5, $"Only {underLoad.Length} faults met a commit under load.");
        Assert.True(underLoad.Sum(report => report.Acknowledged) > Faults, "Hardly anything was acknowledged.");
        Assert.True(
            underLoad.Count(report => report.Codes.ContainsKey("outcome-unknown")) > Faults / 2,
            "Callers were rarely told that the outcome is unknown.");
    }

    [TracedFact]
    public async Task A_full_disk_is_answered_and_takes_back_no_acknowledgement()
    {
        // One write, some writes, and a disk that stays full.
        var faults = new[] { "20", "75", "150", "200..220", "200+" };

        var reports = await AllAsync(faults.Index(), fault => FaultRun.ThroughAsync(
            template, $"write-{fault.Index}", $"pwrite64:error=ENOSPC:when={fault.Item}", commandsPerCaller: 12));

        Assert.All(reports, report =>
        {
            Assert.Empty(report.Errors);
            Assert.True(report is { Injected: > 0, HasStarted: true }, $"{report}\n{report.Output}");
            Assert.True(report is { HasEnded: false } or { ExitCode: 1 }, $"{report}\n{report.Output}");
            Assert.True(report is { Acknowledged: > 0, Open: > 0 }, $"{report}\n{report.Output}");
        });
    }

    private async Task<IReadOnlyCollection<FaultReport>> AllAsync<T>(
        IEnumerable<T> faults, Func<T, Task<FaultReport>> run)
    {
        var reports = new ConcurrentQueue<FaultReport>();
        await Parallel.ForEachAsync(faults, new ParallelOptions { MaxDegreeOfParallelism = Lanes }, async (fault, _) =>
            reports.Enqueue(await run(fault)));
        foreach (var report in reports)
        {
            output.WriteLine(report.ToString());
        }

        return reports;
    }
}
