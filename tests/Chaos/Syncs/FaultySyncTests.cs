using System.Collections.Concurrent;
using Exchange.Chaos.Clients;
using Exchange.Chaos.Nodes;
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

    [TracedFact]
    public async Task A_revision_whose_directory_cannot_be_synced_is_not_published_until_it_can()
    {
        const int triesMax = 20;
        var data = template.Copy("content");
        var world = template.World;

        // Each thread's first try fails, so that the upload is repeated until it meets a thread for the second time.
        await using (var node = await NodeProcess.StartAsync(data, Ports.Free(), wrapper: Tracing.Wrapper(
            Path.Combine(data, "..", "trace"), "-P", Path.Combine(data, "content", "content"), "-e", "trace=fsync",
            "-e", "inject=fsync:error=EIO:when=1")))
        {
            using var client = new ExchangeClient(node.Address);
            Task<Answer> Put() => world.PutContentAsync(client, "second", template.Declared, world.Csv());

            var first = await Put();
            var status = (await client.GetAsync(world.By.Department, $"/v1/revisions/{template.Declared}")).Expect();
            var answer = first;
            for (var tries = 1; tries < triesMax && !answer.IsSuccess; tries++)
            {
                answer = await Put();
            }

            Assert.Equal((503, "store-unavailable"), (first.Status, first.Code));
            Assert.Equal("declared", status.Data["status"]!.GetValue<string>());
            Assert.True(answer.IsSuccess, answer.Text);
        }

        await using var restarted = await NodeProcess.StartAsync(data, Ports.Free());
        using var after = new ExchangeClient(restarted.Address);
        Assert.Equal(world.Households.Count, await DeliverAsync(after, world));
    }

    private static async Task<int> DeliverAsync(ExchangeClient client, World world)
    {
        foreach (var household in world.Households)
        {
            _ = (await client.PostAsync(
                household.Token, $"/v1/households/{household.Id}/consents", World.Key($"agree {household.Number}"),
                world.Consent())).Expect();
        }

        var agreed = (await client.PostAsync(
            world.By.Buyer, "/v1/agreements", World.Key("agree"), world.Agreement())).Expect();
        using var download = await Download.StartAsync(
            client, world.By.Buyer, agreed.Data["id"]!.GetValue<string>(), World.Key("deliver"));
        await download.ReadAllAsync();
        return download.Rows.Count;
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
