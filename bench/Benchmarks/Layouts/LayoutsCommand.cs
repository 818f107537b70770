using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Exchange.Benchmarks.Harness;
using Exchange.Store.Postgres;
using Npgsql;

namespace Exchange.Benchmarks.Layouts;

/// <summary>
/// Prototypes of the tables on PostgreSQL in one run, taking turns: rows or segments, statements or COPY, with fence,
/// command names and projection. The decision they led to is docs/decisions/0007-postgres-layout.md.
/// </summary>
internal static class LayoutsCommand
{
    internal static Command Create()
    {
        var only = new Option<string?>("--only") { Description = "Names of prototypes, by commas; all otherwise." };
        var batches = new Option<string>("--batches") { DefaultValueFactory = _ => "512,4096" };
        var writers = new Option<int>("--writers") { DefaultValueFactory = _ => 2 };
        var fill = new Option<int>("--fill") { DefaultValueFactory = _ => 200_000 };
        var chains = new Option<int>("--chains") { DefaultValueFactory = _ => 50_000 };
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 3 };
        var seconds = new Option<double>("--seconds") { DefaultValueFactory = _ => 5 };
        var settings = new Option<string[]>("--set") { Description = "A setting of the server, name=value." };
        var command = new Command("layouts", "Prototypes of the tables on PostgreSQL, compared.")
        {
            only, batches, writers, fill, chains, rounds, seconds, settings,
        };
        command.SetAction((parsed, _) => RunAsync(new(
            [.. Layout.All.Where(each => parsed.GetValue(only)?.Split(',').Contains(each.Name) ?? true)],
            [.. parsed.GetValue(batches)!.Split(',').Select(each => int.Parse(each, CultureInfo.InvariantCulture))],
            parsed.GetValue(writers), parsed.GetValue(fill), parsed.GetValue(chains), parsed.GetValue(rounds),
            TimeSpan.FromSeconds(parsed.GetValue(seconds)), [.. parsed.GetValue(settings) ?? []])));
        return command;
    }

    private static async Task RunAsync(Settings settings)
    {
        using var folder = new TemporaryFolder();
        var mould = await EntryMould.CastAsync(Path.Combine(folder.Path, "mould"));
        var random = new Random(1);
        string[] keys = [.. Enumerable.Range(0, settings.Chains).Select(_ => EntryMould.Key(random))];
        // Vacuum is measured by itself; by chance it would meet one prototype and not the other.
        using var server = PrivateServer.Start(new() { Settings = ["autovacuum=off", .. settings.Server] });
        List<Prototype> prototypes = [];
        foreach (var layout in settings.Layouts)
        {
            var prototype = await Prototype.CreateAsync(server, layout, mould, keys);
            prototypes.Add(prototype);
            await prototype.FillAsync(settings.Fill, settings.Writers);
            Console.Error.WriteLine($"{layout.Name}: {prototype.Entries} entries");
        }

        var switches = new JsonArray([.. (await SwitchesAsync(server)).Select(each => JsonValue.Create(each))]);
        foreach (var batch in settings.Batches)
        {
            await WriteAsync(prototypes, batch, settings, switches);
        }

        await ReadAsync(prototypes, server, mould);
        foreach (var prototype in prototypes)
        {
            await prototype.DisposeAsync();
        }
    }

    private static async Task WriteAsync(
        List<Prototype> prototypes, int batch, Settings settings, JsonArray switches)
    {
        var results = prototypes.ToDictionary(each => each, _ => new List<LayoutRound>());
        for (var round = 0; round <= settings.Rounds; round++)
        {
            // Who comes first in a round comes last in the next.
            foreach (var prototype in round % 2 == 0 ? prototypes : Enumerable.Reverse(prototypes))
            {
                var result = await prototype.WriteAsync(batch, settings.Writers, settings.Time);
                Console.Error.WriteLine(FormattableString.Invariant(
                    $"{batch} in a commit, round {round}: {prototype.Layout.Name}: ") + FormattableString.Invariant(
                    $"{result.Load.PerSecond:N0} a second, {result.ServerMicroseconds:F1} µs of the server"));
                if (round > 0)
                {
                    results[prototype].Add(result);
                }
            }
        }

        foreach (var (prototype, rounds) in results)
        {
            ResultLine.Write("layouts", new()
            {
                ["layout"] = prototype.Layout.Name,
                ["entriesPerCommit"] = batch,
                ["writers"] = settings.Writers,
                ["chains"] = settings.Chains,
                ["filled"] = settings.Fill,
                ["rounds"] = settings.Rounds,
                ["seconds"] = settings.Time.TotalSeconds,
                ["entriesPerSecond"] = ResultLine.Of(new Sample(rounds.Select(each => each.Load.PerSecond))),
                ["serverMicrosecondsEach"] = Median(rounds, each => each.ServerMicroseconds),
                ["serverMicrosecondsLeast"] = Math.Round(rounds.Min(each => each.ServerMicroseconds), 1),
                ["clientMicrosecondsEach"] = Median(rounds, each => each.Load.ProcessorMicrosecondsEach),
                ["commitMedianMicroseconds"] = Median(rounds, each => each.Load.LatencyMicroseconds(0.5)),
                ["walBytesEach"] = Median(rounds, each => each.WalBytesEach),
                ["durability"] = switches.DeepClone(),
            });
        }
    }

    private static async Task ReadAsync(List<Prototype> prototypes, PrivateServer server, EntryMould mould)
    {
        var results = prototypes.ToDictionary(each => each, _ => new JsonObject());
        foreach (var (prototype, result) in results)
        {
            var layout = prototype.Layout;
            var sizes = await prototype.SizesAsync();
            var ledger = sizes.Where(each => !each.Key.Contains("consent", StringComparison.Ordinal))
                .Sum(each => each.Value);
            result["layout"] = layout.Name;
            result["entries"] = prototype.Entries;
            result["entryBytes"] = mould.EntrySizeBytes;
            result["rowBytes"] = layout.Rows == RowForm.None ? 0 : mould.RowSizeBytes(layout.Rows);
            result["diskBytesEach"] = Math.Round(sizes.Values.Sum() / (double)prototype.Entries);
            result["diskBytesOfLedgerEach"] = Math.Round(ledger / (double)prototype.Entries);
            result["diskBytes"] = new JsonObject(
                [.. sizes.Select(each => KeyValuePair.Create(
                    each.Key, (JsonNode?)JsonValue.Create(Math.Round(each.Value / (double)prototype.Entries, 1))))]);
            result["freezeMilliseconds"] =
                Math.Round(await prototype.RunAsync(BenchSql.Layouts.Of($"{layout.Statements}.freeze")));
        }

        server.Stop();
        PageCache.Forget(server.DataDirectory);
        server.Start();
        foreach (var (prototype, result) in results)
        {
            await prototype.ReconnectAsync();
            result["coldChainMicroseconds"] = Math.Round(await prototype.ReadChainsAsync());
            var warm = new Sample([
                await prototype.ReadChainsAsync(), await prototype.ReadChainsAsync(),
                await prototype.ReadChainsAsync()]);
            result["warmChainMicroseconds"] = Math.Round(warm.Median);
            _ = await prototype.ReadAllAsync();
            var (perSecond, microseconds) = await prototype.ReadAllAsync();
            result["readPerSecond"] = Math.Round(perSecond);
            result["readServerMicrosecondsEach"] = Math.Round(microseconds, 2);
        }

        foreach (var (prototype, result) in results)
        {
            // A hundredth of the chains ends.
            long[] ended = [.. Enumerable.Range(BatchSource.LongChains, (int)(prototype.Entries / 1000))];
            var statements = prototype.Layout.Statements;
            result["deleteMilliseconds"] =
                Math.Round(await prototype.RunAsync(BenchSql.Layouts.Of($"{statements}.delete_chains"), ended));
            result["vacuumMilliseconds"] =
                Math.Round(await prototype.RunAsync(BenchSql.Layouts.Of($"{statements}.freeze")));
            ResultLine.Write("layouts", result);
        }
    }

    private static async Task<List<string>> SwitchesAsync(PrivateServer server)
    {
        await using var source = NpgsqlDataSource.Create(server.Connection(PrivateServer.Superuser));
        await using var command = source.CreateCommand(BenchSql.Layouts.Of("server.switches"));
        await using var reader = await command.ExecuteReaderAsync();
        List<string> switches = [];
        while (await reader.ReadAsync())
        {
            switches.Add(reader.GetString(0));
        }

        return switches;
    }

    private static double Median(IEnumerable<LayoutRound> rounds, Func<LayoutRound, double> value) =>
        Math.Round(new Sample(rounds.Select(value)).Median, 1);

    private sealed record Settings(
        ImmutableArray<Layout> Layouts, ImmutableArray<int> Batches, int Writers, int Fill, int Chains, int Rounds,
        TimeSpan Time, ImmutableArray<string> Server);
}
