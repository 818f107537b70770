using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Exchange.Benchmarks.Append;
using Exchange.Benchmarks.Harness;
using Exchange.Benchmarks.World;
using Exchange.Engine.Hosting;
using Exchange.Signing;
using Exchange.Store.Postgres;

namespace Exchange.Benchmarks.Residency;

/// <summary>
/// Households' grains touched once each out of PostgreSQL: all in memory, and with room for a tenth of them. Then one
/// with very many entries, loaded by a node that has just begun.
/// </summary>
internal static class GrainsCommand
{
    private const int EntriesEach = 2;
    private const int EvictedShare = 10;
    private const int LongLoads = 5;

    internal static Command Create()
    {
        var grains = new Option<int>("--grains") { DefaultValueFactory = _ => 1_000_000 };
        var entries = new Option<int>("--long")
        {
            Description = "How many entries the longest chain has.",
            DefaultValueFactory = _ => 1_000_000,
        };
        var command = new Command("grains", "Grains touched once out of PostgreSQL: bytes each, and how many a second.")
        {
            grains, entries,
        };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(grains), parsed.GetValue(entries)));
        return command;
    }

    private static async Task RunAsync(int grains, int longest)
    {
        using var folder = new TemporaryFolder();
        using var server = PrivateServer.Start(new() { Settings = ["max_wal_size=16GB"] });
        var master = MasterKey.Create();
        await using (var node = await PostgresNode.OpenAsync(server, master, folder.Path, writers: 2))
        {
            await using var load = ConsentLoad.On(node, grains, seed: 1);
            await load.FillStraightAsync((long)grains * EntriesEach, passes: 1);
        }

        await PostgresBaselines.RunAsync(server, "vacuum_analyze");
        var all = await TouchAsync(server, master, folder.Path, grains, grains + EvictedShare);
        var evicted = await TouchAsync(server, master, folder.Path, grains, Math.Max(1, grains / EvictedShare));
        var loads = await LoadLongAsync(server, master, folder.Path, grains, longest);
        ResultLine.Write("grains", new()
        {
            ["store"] = "postgres",
            ["durability"] = await PostgresComparison.SwitchesAsync(server),
            ["grains"] = grains,
            ["entriesEach"] = EntriesEach,
            ["resident"] = Describe(all),
            ["evicting"] = Describe(evicted),
            ["longChainEntries"] = longest,
            ["longChainLoadMicroseconds"] = ResultLine.Of(loads),
            ["goal"] = "at most 2,048 bytes each",
        });
    }

    private static async Task<Touched> TouchAsync(
        PrivateServer server, MasterKey master, string folder, int grains, int residentMax)
    {
        await using var node = await PostgresNode.OpenAsync(
            server, master, folder, writers: 2, new EmbeddedLimits(ResidentMax: residentMax));
        await using var load = ConsentLoad.On(node, grains, seed: 1);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var processor = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        await load.WarmAsync();
        var time = clock.Elapsed;
        var used = Environment.CpuUsage.TotalTime - processor;
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        return new(grains, node.Exchange.ResidentCount, time, used, bytes);
    }

    // What a household does again and again leaves its state as small as before: only the chain grows.
    private static async Task<Sample> LoadLongAsync(
        PrivateServer server, MasterKey master, string folder, int grains, int entries)
    {
        await using (var node = await PostgresNode.OpenAsync(server, master, folder, writers: 2))
        {
            await using var load = ConsentLoad.On(node, grains, seed: 1);
            await load.LengthenAsync(entries - EntriesEach);
        }

        List<double> times = [];
        for (var number = 0; number < LongLoads; number++)
        {
            await using var node = await PostgresNode.OpenAsync(server, master, folder, writers: 2);
            await using var load = ConsentLoad.On(node, grains, seed: 1);

            // Another grain first: what is compiled and connected by then is not part of a load.
            _ = await node.Exchange.ReadAsync(load.Households[1], CancellationToken.None);
            var clock = Stopwatch.StartNew();
            var reading = await node.Exchange.ReadAsync(load.Households[0], CancellationToken.None);
            times.Add(clock.Elapsed.TotalMicroseconds);
            _ = reading.Head.Index.CountThrough.Value == entries
                ? entries
                : throw new InvalidDataException($"Expected {entries} entries, found the head {reading.Head}.");
        }

        return new(times);
    }

    private static JsonObject Describe(Touched touched) => new()
    {
        ["inMemory"] = touched.Resident,
        ["perSecond"] = Math.Round(touched.Grains / touched.Time.TotalSeconds),
        ["nodeMicrosecondsEach"] = Math.Round(touched.Processor.TotalMicroseconds / touched.Grains, 1),
        ["bytesEach"] = Math.Round(touched.Bytes / (double)Math.Max(1, touched.Resident)),
        ["bytes"] = touched.Bytes,
    };

    private sealed record Touched(int Grains, int Resident, TimeSpan Time, TimeSpan Processor, long Bytes);
}
