using System.Text.Json.Nodes;
using Exchange.Benchmarks.Harness;
using Exchange.Benchmarks.World;
using Exchange.Signing;
using Exchange.Store.Postgres;
using Npgsql;

namespace Exchange.Benchmarks.Append;

/// <summary>What a comparison on PostgreSQL is to do.</summary>
internal sealed record PostgresSettings(
    long Fill, int Chains, int Rounds, TimeSpan Time, int Seed, int Writers, ImmutableArray<string> Server,
    bool IsAlone);

/// <summary>
/// Durable consents per second through the real path on PostgreSQL, on a private server with its own defaults for
/// durability, beside what else can be done with the same server, tables and rows.
/// </summary>
internal sealed class PostgresComparison(
    PostgresSettings settings, PrivateServer server, ConsentLoad consents, PostgresBaselines baselines)
{
    private const int FillPasses = 10;

    // As many as the server lets in beside the node's own.
    private const int SessionsMax = 90;
    private const int OtherCallers = 64;
    private const int HotCallers = 512;

    private JsonArray _switches = [];

    internal static async Task RunAsync(PostgresSettings settings, int[] callers)
    {
        using var folder = new TemporaryFolder();
        var master = MasterKey.Create();

        // The checkpoint before a round is the only one in it, for every contender.
        using var server = PrivateServer.Start(new()
        {
            Settings = ["max_connections=130", "max_wal_size=16GB", "checkpoint_timeout=30min", .. settings.Server],
        });
        await using (var filling = await OpenAsync(settings, server, master, folder.Path))
        {
            await filling.FillStraightAsync(settings.Fill, FillPasses);
        }

        await PostgresBaselines.RunAsync(server, "vacuum_analyze");
        var sizes = await SizesAsync(server);
        using var baselines = await PostgresBaselines.CopyAsync(server);
        await using var consents = await OpenAsync(settings, server, master, folder.Path);
        await consents.WarmAsync();
        var comparison = new PostgresComparison(settings, server, consents, baselines)
        {
            _switches = await SwitchesAsync(server),
        };
        ResultLine.Write("append-size", sizes);
        foreach (var count in callers)
        {
            await comparison.CompareAsync(count);
        }

        if (!settings.IsAlone)
        {
            await comparison.CompareHotAsync();
        }
    }

    /// <summary>How the server is set up to keep what it acknowledges.</summary>
    internal static async Task<JsonArray> SwitchesAsync(PrivateServer server)
    {
        await using var source = NpgsqlDataSource.Create(PostgresBaselines.Superuser(server));
        await using var command = source.CreateCommand(BenchSql.Layouts.Of("server.switches"));
        await using var reader = await command.ExecuteReaderAsync();
        var switches = new JsonArray();
        while (await reader.ReadAsync())
        {
            switches.Add(reader.GetString(0));
        }

        return switches;
    }

    private static async Task<ConsentLoad> OpenAsync(
        PostgresSettings settings, PrivateServer server, MasterKey master, string folder) =>
        ConsentLoad.On(
            await PostgresNode.OpenAsync(server, master, folder, settings.Writers), settings.Chains, settings.Seed);

    private static async Task<JsonObject> SizesAsync(PrivateServer server)
    {
        await using var source = NpgsqlDataSource.Create(PostgresBaselines.Superuser(server));
        await using var command = source.CreateCommand(BenchSql.Append.Of("read_sizes"));
        await using var reader = await command.ExecuteReaderAsync();
        _ = await reader.ReadAsync();
        var (all, ledger, entries, bytes) =
            (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetDouble(3));
        return new()
        {
            ["store"] = "postgres",
            ["entries"] = entries,
            ["bytesPerEntry"] = Math.Round(bytes, 1),
            ["diskBytesPerEntry"] = Math.Round(all / (double)entries),
            ["diskBytesPerEntryOfLedger"] = Math.Round(ledger / (double)entries),
            ["goal"] = Math.Round((1.6 * bytes) + 100),
            ["filled"] = "chains linked and hashed after a real one, with rows, in parts of the store",
        };
    }

    private async Task CompareAsync(int callers)
    {
        List<Round> rounds = [];
        for (var number = 0; number <= settings.Rounds; number++)
        {
            var mine = await OursAsync(() => consents.RunAsync(callers, settings.Time));
            var round = callers == 1 || settings.IsAlone
                ? new Round(mine.Load, mine.Server, null, null, null, await BareAsync())
                : new Round(
                    mine.Load, mine.Server, await BesideAsync(() => baselines.Series(
                        settings.Writers, mine.Load.RowsPerCommit, settings.Time)),
                    callers > HotCallers ? null : await BesideAsync(() => baselines.Linked(
                        Math.Min(callers, SessionsMax), settings.Time)),
                    callers > HotCallers ? null : await BesideAsync(() => baselines.Single(
                        Math.Min(callers, SessionsMax), settings.Time)),
                    null);
            Console.Error.WriteLine(FormattableString.Invariant(
                $"{callers} callers, round {number} of {settings.Rounds}: {mine.Load.PerSecond:N0} consents a second, ")
                + FormattableString.Invariant(
                    $"{mine.Load.RowsPerCommit} in a commit; series {round.SeriesRowsPerSecond:N0}, ")
                + FormattableString.Invariant(
                    $"linked {round.Linked?.PerSecond:N0}, single {round.Single?.PerSecond:N0}"));
            if (number > 0)
            {
                // The round before the first warms up.
                rounds.Add(round);
            }
        }

        ResultLine.Write("append", Describe(callers, rounds));
    }

    private async Task CompareHotAsync()
    {
        List<(double Alone, double Beside, double Hot, double Others)> rounds = [];
        for (var number = 0; number <= settings.Rounds; number++)
        {
            await CheckpointAsync();
            var alone = await consents.RunHotAsync(hot: 0, OtherCallers, settings.Time);
            await CheckpointAsync();
            var beside = await consents.RunHotAsync(HotCallers, OtherCallers, settings.Time);
            var round = (
                Alone: LoadResult.LatencyMicroseconds(alone.Others, 0.99),
                Beside: LoadResult.LatencyMicroseconds(beside.Others, 0.99),
                Hot: beside.Hot.Length / settings.Time.TotalSeconds,
                Others: beside.Others.Length / settings.Time.TotalSeconds);
            Console.Error.WriteLine(FormattableString.Invariant(
                $"hot grain, round {number} of {settings.Rounds}: {round.Hot:N0} a second"));
            if (number > 0)
            {
                rounds.Add(round);
            }
        }

        ResultLine.Write("append-hot", new()
        {
            ["store"] = "postgres",
            ["hotCallers"] = HotCallers,
            ["hotCommand"] = "withdraw-consent, without a row",
            ["otherCallers"] = OtherCallers,
            ["hotPerSecond"] = ResultLine.Of(new Sample(rounds.Select(each => each.Hot))),
            ["othersPerSecond"] = ResultLine.Of(new Sample(rounds.Select(each => each.Others))),
            ["othersP99Microseconds"] = Median(rounds.Select(each => each.Beside)),
            ["othersP99WithoutMicroseconds"] = Median(rounds.Select(each => each.Alone)),
            ["ratio"] = Median(rounds.Select(each => each.Beside / each.Alone)),
            ["goal"] = "20,000 a second; the p99 of the others at most twice",
            ["durability"] = _switches.DeepClone(),
        });
    }

    private async Task<(LoadResult Load, TimeSpan Server)> OursAsync(Func<Task<LoadResult>> run)
    {
        await CheckpointAsync();
        var before = ServerMeter.Of(server.ProcessId!.Value);
        var load = await run();
        return (load, ServerMeter.Of(server.ProcessId!.Value) - before);
    }

    private async Task<PgBenchResult> BesideAsync(Func<PgBenchResult> run)
    {
        await CheckpointAsync();
        return run();
    }

    private async Task<long[]> BareAsync()
    {
        await CheckpointAsync();
        return baselines.Bare(settings.Time);
    }

    private Task CheckpointAsync() => PostgresBaselines.RunAsync(server, "checkpoint");

    private JsonObject Describe(int callers, List<Round> rounds)
    {
        var result = new JsonObject
        {
            ["store"] = "postgres",
            ["durability"] = _switches.DeepClone(),
            ["callers"] = callers,
            ["chains"] = settings.Chains,
            ["filled"] = settings.Fill,
            ["writers"] = settings.Writers,
            ["rounds"] = settings.Rounds,
            ["seconds"] = settings.Time.TotalSeconds,
            ["seed"] = settings.Seed,
            ["consentsPerSecond"] = ResultLine.Of(new Sample(rounds.Select(each => each.Load.PerSecond))),
            ["entriesPerCommit"] = Median(rounds.Select(each => each.Load.Rows / (double)each.Load.Commits)),
            ["medianMicroseconds"] = Median(rounds.Select(each => each.Load.LatencyMicroseconds(0.5))),
            ["p99Microseconds"] = Median(rounds.Select(each => each.Load.LatencyMicroseconds(0.99))),
            ["nodeMicrosecondsEach"] = Median(rounds.Select(each => each.Load.ProcessorMicrosecondsEach)),
            ["serverMicrosecondsEach"] =
                Median(rounds.Select(each => each.Server.TotalMicroseconds / each.Load.Rows)),
            ["allocatedBytesEach"] = Median(rounds.Select(each => each.Load.AllocatedBytes / (double)each.Load.Rows)),
        };
        if (callers == 1 || settings.IsAlone)
        {
            result["bareCommitMedianMicroseconds"] =
                Median(rounds.Select(each => LoadResult.LatencyMicroseconds(each.Bare!, 0.5)));
            result["latencyToBareCommit"] = Median(rounds.Select(
                each => each.Load.LatencyMicroseconds(0.5) / LoadResult.LatencyMicroseconds(each.Bare!, 0.5)));
            result["goal"] = "latency at most 1.5 times a bare commit's";
            return result;
        }

        result["seriesRowsPerSecond"] = ResultLine.Of(new Sample(rounds.Select(each => each.SeriesRowsPerSecond)));
        result["ratioToSeries"] = Median(rounds.Select(each => each.Load.PerSecond / each.SeriesRowsPerSecond));
        result["seriesServerMicrosecondsEach"] = Median(rounds.Select(
            each => each.Series!.ServerTime.TotalMicroseconds / (each.Series.Transactions * each.Load.RowsPerCommit)));
        result["serverRatioToSeries"] = Median(rounds.Select(
            each => each.Series!.ServerTime.TotalMicroseconds / (each.Series.Transactions * each.Load.RowsPerCommit)
                / (each.Server.TotalMicroseconds / each.Load.Rows)));
        Beside(result, "linked", rounds, each => each.Linked);
        Beside(result, "single", rounds, each => each.Single);
        result["goal"] = "40,000 a second at 512 callers; 0.6 of the series; 4 times linked at 64, 8 at 512; "
            + "4 times single at 512";
        return result;
    }

    private static void Beside(JsonObject result, string name, List<Round> rounds, Func<Round, PgBenchResult?> of)
    {
        if (of(rounds[0]) is null)
        {
            return;
        }

        result[name + "PerSecond"] = ResultLine.Of(new Sample(rounds.Select(each => of(each)!.PerSecond)));
        result["ratioTo" + char.ToUpperInvariant(name[0]) + name[1..]] =
            Median(rounds.Select(each => each.Load.PerSecond / of(each)!.PerSecond));
        result["processorRatioTo" + char.ToUpperInvariant(name[0]) + name[1..]] = Median(rounds.Select(
            each => (of(each)!.ServerTime + of(each)!.ClientTime).TotalMicroseconds / of(each)!.Transactions
                / (each.Load.ProcessorMicrosecondsEach + (each.Server.TotalMicroseconds / each.Load.Rows))));
        result[name + "ProcessorMicrosecondsEach"] = Median(rounds.Select(
            each => (of(each)!.ServerTime + of(each)!.ClientTime).TotalMicroseconds / of(each)!.Transactions));
    }

    private static double Median(IEnumerable<double> values) => Math.Round(new Sample(values).Median, 3);

    private sealed record Round(
        LoadResult Load, TimeSpan Server, PgBenchResult? Series, PgBenchResult? Linked, PgBenchResult? Single,
        long[]? Bare)
    {
        internal double SeriesRowsPerSecond => (Series?.PerSecond ?? 0) * Load.RowsPerCommit;
    }
}
