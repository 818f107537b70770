using System.Diagnostics;
using Exchange.Benchmarks.Harness;
using Exchange.Store.Postgres;
using Npgsql;

namespace Exchange.Benchmarks.Append;

/// <summary>
/// What anybody gets from the same server, in a copy of the filled database with the same tables, indexes and rows:
/// rows that the server makes by itself, a hash chain in a function, single inserts, and a bare commit.
/// </summary>
internal sealed class PostgresBaselines : IDisposable
{
    private const string Database = "exchange_plain";

    private readonly PrivateServer _server;
    private readonly NpgsqlDataSource _source;
    private readonly TemporaryFolder _scripts = new();
    private readonly (string Name, long Value)[] _numbers;

    private PostgresBaselines(PrivateServer server, NpgsqlDataSource source, long low, long high)
    {
        (_server, _source, _numbers) = (server, source, [("low", low), ("high", high)]);
    }

    /// <summary>Copies the database; nobody may be connected to it.</summary>
    internal static async Task<PostgresBaselines> CopyAsync(PrivateServer server)
    {
        NpgsqlConnection.ClearAllPools();
        await using (var maintenance = NpgsqlDataSource.Create(server.Connection(PrivateServer.Superuser, "postgres")))
        {
            await RunAsync(maintenance, "copy_database");
        }

        var source = NpgsqlDataSource.Create(Superuser(server, Database));
        await RunAsync(source, "prepare_baselines");
        await using var command = source.CreateCommand(BenchSql.Append.Of("find_numbers"));
        await using var reader = await command.ExecuteReaderAsync();
        _ = await reader.ReadAsync();
        return new(server, source, reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>Entries and rows by set, so many in a transaction, without chain, heads and rules.</summary>
    internal PgBenchResult Series(int clients, int batch, TimeSpan time) =>
        PgBench.Run(_server, Database, Script("series"), clients, time, [.. _numbers, ("batch", batch)]);

    /// <summary>A hash chain in a function, one command a transaction.</summary>
    internal PgBenchResult Linked(int clients, TimeSpan time) =>
        PgBench.Run(_server, Database, Script("linked"), clients, time, _numbers);

    /// <summary>Entry and row by one statement, one command a transaction, without chain.</summary>
    internal PgBenchResult Single(int clients, TimeSpan time) =>
        PgBench.Run(_server, Database, Script("single"), clients, time, _numbers);

    /// <summary>One row of one number a transaction, one after the other: the latencies.</summary>
    internal long[] Bare(TimeSpan time)
    {
        using var connection = _source.OpenConnection();
        using var command = new NpgsqlCommand(BenchSql.Append.Of("insert_bare"), connection);
        command.Prepare();
        List<long> latencies = [];
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < time)
        {
            var start = Stopwatch.GetTimestamp();
            _ = command.ExecuteNonQuery();
            latencies.Add(Stopwatch.GetTimestamp() - start);
        }

        return [.. latencies];
    }

    public void Dispose()
    {
        _source.Dispose();
        _scripts.Dispose();
    }

    /// <summary>Runs a statement in the exchange's own database, with all rights.</summary>
    internal static async Task RunAsync(PrivateServer server, string statement)
    {
        await using var source = NpgsqlDataSource.Create(Superuser(server));
        await RunAsync(source, statement);
    }

    internal static string Superuser(PrivateServer server, string? database = null) =>
        new NpgsqlConnectionStringBuilder(server.Connection(PrivateServer.Superuser, database))
        {
            SearchPath = "exchange",
        }.ConnectionString;

    private static async Task RunAsync(NpgsqlDataSource source, string statement)
    {
        await using var command = source.CreateCommand(BenchSql.Append.Of(statement));
        command.CommandTimeout = 0;
        _ = await command.ExecuteNonQueryAsync();
    }

    private string Script(string name)
    {
        var path = Path.Combine(_scripts.Path, name);
        File.WriteAllText(path, BenchSql.Append.Of(name));
        return path;
    }
}
