using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Exchange.Benchmarks.Append;
using Exchange.Benchmarks.Harness;
using Exchange.Benchmarks.World;
using Exchange.Engine.Checking;
using Exchange.Engine.Pipeline;
using Exchange.Engine.Ports;
using Exchange.Grains;
using Exchange.Ledger;
using Exchange.Signing;
using Exchange.Store.Postgres;
using Npgsql;

namespace Exchange.Benchmarks.Rebuild;

/// <summary>
/// Entries per second out of PostgreSQL: read, verified and folded; audited against the rows; and with all rows of
/// consents made anew.
/// </summary>
internal static class RebuildCommand
{
    private const int TailCount = 4096;
    private const int FillPasses = 4;

    internal static Command Create()
    {
        var entries = new Option<int>("--entries") { DefaultValueFactory = _ => 1_000_000 };
        var chains = new Option<int>("--chains") { DefaultValueFactory = _ => 50_000 };
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 5 };
        var command = new Command("rebuild", "Entries per second: replay, audit and rebuild out of PostgreSQL.")
        {
            entries, chains, rounds,
        };
        command.SetAction((parsed, _) => RunAsync(
            parsed.GetValue(entries), parsed.GetValue(chains), parsed.GetValue(rounds)));
        return command;
    }

    private static async Task RunAsync(int entries, int chains, int rounds)
    {
        using var folder = new TemporaryFolder();
        using var server = PrivateServer.Start(new() { Settings = ["max_wal_size=16GB"] });
        await using var node = await PostgresNode.OpenAsync(server, MasterKey.Create(), folder.Path, writers: 2);
        await using var load = ConsentLoad.On(node, chains, seed: 1);
        await load.FillStraightAsync(entries, FillPasses);
        await PostgresBaselines.RunAsync(server, "vacuum_analyze");
        var exchange = node.Exchange.Id;
        (string Name, Func<Task<long>> Run)[] contenders =
        [
            ("replayInOrder", () => ReplayInOrderAsync(node, exchange)),
            ("replayByChain", () => ReplayByChainAsync(node, exchange)),
            ("audit", () => CheckAsync(node, exchange, rebuild: false)),
            ("rebuild", async () =>
            {
                await PostgresBaselines.RunAsync(server, "empty_consents");
                return await CheckAsync(node, exchange, rebuild: true);
            }),
        ];
        var results = contenders.ToDictionary(
            each => each.Name, _ => new List<(double PerSecond, double Node, double Server)>(), StringComparer.Ordinal);
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var (name, run) in contenders)
            {
                await PostgresBaselines.RunAsync(server, "checkpoint");
                GC.Collect();
                var (processor, used) = (Environment.CpuUsage.TotalTime, ServerMeter.Of(server.ProcessId!.Value));
                var clock = Stopwatch.StartNew();
                var count = await run();
                var result = (
                    count / clock.Elapsed.TotalSeconds,
                    (Environment.CpuUsage.TotalTime - processor).TotalMicroseconds / count,
                    (ServerMeter.Of(server.ProcessId!.Value) - used).TotalMicroseconds / count);
                Console.Error.WriteLine(FormattableString.Invariant(
                    $"round {round} of {rounds}: {name}: {result.Item1:N0} a second"));
                results[name].Add(result);
            }
        }

        var line = Describe(load.Entries, chains, rounds, results);
        line["durability"] = await PostgresComparison.SwitchesAsync(server);
        ResultLine.Write("rebuild", line);
    }

    private static JsonObject Describe(
        long entries, int chains, int rounds,
        Dictionary<string, List<(double PerSecond, double Node, double Server)>> results)
    {
        var result = new JsonObject
        {
            ["store"] = "postgres",
            ["entries"] = entries,
            ["chains"] = chains,
            ["rounds"] = rounds,
            ["unit"] = "entries per second",
        };
        foreach (var (name, all) in results)
        {
            result[name] = ResultLine.Of(new Sample(all.Select(each => each.PerSecond)));
            result[name + "NodeMicrosecondsEach"] = Math.Round(new Sample(all.Select(each => each.Node)).Median, 2);
            result[name + "ServerMicrosecondsEach"] =
                Math.Round(new Sample(all.Select(each => each.Server)).Median, 2);
        }

        result["goal"] = "replay 400,000; audit 300,000; rebuild 100,000";
        return result;
    }

    // As a follower reads: all chains at once, in the order in which they were committed.
    private static async Task<long> ReplayInOrderAsync(PostgresNode node, ExchangeId exchange)
    {
        var folds = new Dictionary<ChainId, ChainFold>();
        var (after, count) = (EntryPosition.BeforeFirst, 0L);
        while (await node.Ledger.ReadTailAsync(after, TailCount, CancellationToken.None) is { IsEmpty: false } page)
        {
            foreach (var stored in page)
            {
                if (!folds.TryGetValue(stored.Chain, out var fold))
                {
                    folds[stored.Chain] = fold =
                        new(GrainCatalog.Find(stored.Chain.Kind)!, exchange, stored.Chain);
                }

                _ = fold.Add(stored.Bytes);
            }

            (after, count) = (page[^1].Position, count + page.Length);
        }

        return count;
    }

    // As exports and checks read: many chains at once, and as many batches of them as there are processors.
    private static async Task<long> ReplayByChainAsync(PostgresNode node, ExchangeId exchange)
    {
        var count = 0L;
        await Parallel.ForEachAsync(
            ChainBatches.OfAsync(node.Ledger.ReadChainsAsync(after: null, CancellationToken.None)),
            async (batch, cancellationToken) =>
            {
                var folds = batch.Select(
                    each => new ChainFold(GrainCatalog.Find(each.Chain.Kind)!, exchange, each.Chain)).ToArray();
                var at = 0;
                await foreach (var page in ChainBatches.ReadAsync(node.Ledger, batch, cancellationToken))
                {
                    foreach (var stored in page)
                    {
                        at += folds[at].Chain == stored.Chain ? 0 : 1;
                        _ = folds[at].Add(stored.Bytes);
                    }
                }

                foreach (var (fold, (chain, head)) in folds.Zip(batch))
                {
                    _ = fold.Head == head
                        ? Interlocked.Add(ref count, head.Index.CountThrough.Value)
                        : throw new InvalidDataException($"Expected {head} of {chain}, found {fold.Head}.");
                }
            });
        return count;
    }

    private static async Task<long> CheckAsync(PostgresNode node, ExchangeId exchange, bool rebuild)
    {
        var check = new StoreCheck(node.Ledger, node.Rows, node.Store.Snapshots, exchange, GrainCatalog.Find);
        var report = await check.RunAsync(rebuild, progress: null, CancellationToken.None);
        return report.IsGood || rebuild
            ? report.Entries.Value
            : throw new InvalidDataException($"The benchmark's own store differs: {report.Differences[0]}");
    }
}
