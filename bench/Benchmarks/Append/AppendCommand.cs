using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Exchange.Benchmarks.Harness;
using Exchange.Store;
using Exchange.Store.Sqlite;

namespace Exchange.Benchmarks.Append;

/// <summary>
/// Durable consents per second through the embedded exchange, beside the same tables, indexes and rows by plain
/// prepared statements with the same rows in a commit: no chain, no rules, no queue.
/// </summary>
internal static class AppendCommand
{
    internal static Command Create()
    {
        var store = new Option<string>("--store") { DefaultValueFactory = _ => "sqlite" };
        _ = store.AcceptOnlyFromAmong("sqlite", "postgres");
        var callers = new Option<int[]>("--callers")
        {
            DefaultValueFactory = _ => [1, 512, 4096],
            CustomParser = result =>
                [.. result.Tokens[0].Value.Split(',').Select(text => int.Parse(text, CultureInfo.InvariantCulture))],
        };
        var fill = new Option<int?>("--fill")
        {
            Description = "Entries before the first round: 1,000,000 on SQLite, 5,000,000 on PostgreSQL.",
        };
        var writers = new Option<int>("--writers") { DefaultValueFactory = _ => 2 };
        var server = new Option<string[]>("--set") { Description = "A setting of PostgreSQL, name=value." };
        var alone = new Option<bool>("--alone") { Description = "PostgreSQL: without what it is compared with." };
        var chains = new Option<int>("--chains") { DefaultValueFactory = _ => 100_000 };
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 5 };
        var seconds = new Option<int>("--seconds") { DefaultValueFactory = _ => 20 };
        var seed = new Option<int>("--seed") { DefaultValueFactory = _ => 1 };
        var command = new Command("append", "Durable consents per second, beside plain prepared statements.")
        {
            store, callers, fill, chains, rounds, seconds, seed, writers, server, alone,
        };
        command.SetAction((parsed, _) => parsed.GetValue(store) == "postgres"
            ? PostgresComparison.RunAsync(
                new(
                    parsed.GetValue(fill) ?? 5_000_000, parsed.GetValue(chains), parsed.GetValue(rounds),
                    TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(seed), parsed.GetValue(writers),
                    [.. parsed.GetValue(server) ?? []], parsed.GetValue(alone)),
                parsed.GetValue(callers)!)
            : RunAsync(
            new(
                parsed.GetValue(fill) ?? 1_000_000, parsed.GetValue(chains), parsed.GetValue(rounds),
                TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(seed)),
            parsed.GetValue(callers)!));
        return command;
    }

    private static async Task RunAsync(Settings settings, int[] callers)
    {
        using var folder = new TemporaryFolder();
        await using var consents = await ConsentLoad.OpenAsync(
            Path.Combine(folder.Path, "exchange"), settings.Chains, settings.Seed);
        await consents.FillAsync(settings.Fill);
        using var plain = await PlainStatements.OpenAsync(
            Path.Combine(folder.Path, "plain"), consents, settings.Seed);
        foreach (var count in callers)
        {
            await CompareAsync(consents, plain, count, settings);
        }
    }

    private static async Task CompareAsync(
        ConsentLoad consents, PlainStatements plain, int callers, Settings settings)
    {
        List<LoadResult> ours = [], theirs = [];
        for (var round = 0; round <= settings.Rounds; round++)
        {
            var mine = await consents.RunAsync(callers, settings.Time);
            var other = plain.Run(mine.RowsPerCommit, settings.Time);
            Console.Error.WriteLine(FormattableString.Invariant(
                $"{callers} callers, round {round} of {settings.Rounds}: {mine.PerSecond:N0} consents a second, ")
                + FormattableString.Invariant(
                    $"{mine.RowsPerCommit} in a commit; plain statements {other.PerSecond:N0}"));
            if (round > 0)
            {
                // The round before the first warms up.
                ours.Add(mine);
                theirs.Add(other);
            }
        }

        ResultLine.Write("append", Describe(consents, callers, settings, ours, theirs));
    }

    private static JsonObject Describe(
        ConsentLoad consents, int callers, Settings settings, List<LoadResult> ours, List<LoadResult> theirs)
    {
        var (entryBytes, rowBytes) = consents.SizesOfSample();
        var result = new JsonObject
        {
            ["store"] = "sqlite",
            ["durability"] = new JsonArray([.. Switches().Select(text => JsonValue.Create(text))]),
            ["callers"] = callers,
            ["chains"] = settings.Chains,
            ["filled"] = settings.Fill,
            ["rounds"] = settings.Rounds,
            ["seconds"] = settings.Time.TotalSeconds,
            ["seed"] = settings.Seed,
            ["consentsPerSecond"] = Of(ours, each => each.PerSecond),
            ["plainRowsPerSecond"] = Of(theirs, each => each.PerSecond),
            ["ratio"] = Median(ours.Zip(theirs, (mine, other) => mine.PerSecond / other.PerSecond)),
            ["entriesPerCommit"] = Median(ours.Select(each => each.Rows / (double)each.Commits)),
            ["medianMicroseconds"] = Median(ours.Select(each => each.LatencyMicroseconds(0.5))),
            ["p99Microseconds"] = Median(ours.Select(each => each.LatencyMicroseconds(0.99))),
            ["processorMicrosecondsEach"] = Median(ours.Select(each => each.ProcessorMicrosecondsEach)),
            ["plainProcessorMicrosecondsEach"] = Median(theirs.Select(each => each.ProcessorMicrosecondsEach)),
            ["allocatedBytesEach"] = Median(ours.Select(each => each.AllocatedBytes / (double)each.Rows)),
            ["bytesPerEntry"] = entryBytes,
            ["bytesPerRow"] = rowBytes,
            ["diskBytesPerEntry"] =
                Math.Round(new FileInfo(consents.DatabasePath).Length / (double)consents.Entries),
        };
        if (callers == 1)
        {
            result["bareCommitMedianMicroseconds"] = Median(theirs.Select(each => each.LatencyMicroseconds(0.5)));
            result["latencyToBareCommit"] = Median(ours.Zip(
                theirs, (mine, other) => mine.LatencyMicroseconds(0.5) / other.LatencyMicroseconds(0.5)));
            result["goal"] = "latency at most 1.3 times a bare commit's";
        }
        else
        {
            result["goal"] = "20,000 a second at 512 callers, stretch 35,000; at least 0.7 of plain statements";
        }

        return result;
    }

    // What the store itself sets, line by line.
    private static IEnumerable<string> Switches() =>
        (SqlText.Sqlite.Of("journal_wal") + SqlText.Sqlite.Of("configure_writer"))
            .Split('\n', StringSplitOptions.TrimEntries)
            .Where(line => line.Length > 0 && !line.StartsWith("--", StringComparison.Ordinal));

    private static JsonObject Of(List<LoadResult> results, Func<LoadResult, double> value) =>
        ResultLine.Of(new Sample(results.Select(value)));

    private static double Median(IEnumerable<double> values) => Math.Round(new Sample(values).Median, 3);

    private sealed record Settings(int Fill, int Chains, int Rounds, TimeSpan Time, int Seed);
}
