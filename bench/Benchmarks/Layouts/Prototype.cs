using System.Diagnostics;
using Exchange.Benchmarks.Append;
using Exchange.Benchmarks.Harness;
using Exchange.Store.Postgres;
using Npgsql;

namespace Exchange.Benchmarks.Layouts;

/// <summary>What a round of a prototype came to.</summary>
internal sealed record LayoutRound(LoadResult Load, TimeSpan ServerTime, long WalBytes)
{
    internal double ServerMicroseconds => ServerTime.TotalMicroseconds / Load.Rows;

    internal double WalBytesEach => WalBytes / (double)Load.Rows;
}

/// <summary>A prototype with its tables in the private server.</summary>
internal sealed class Prototype : IAsyncDisposable
{
    private const int FillBatch = 4096;

    private readonly PrivateServer _server;
    private readonly EntryMould _mould;
    private readonly string[] _keys;
    private readonly (int Index, byte[] Hash)[] _heads;
    private NpgsqlDataSource _connections;

    private Prototype(PrivateServer server, Layout layout, EntryMould mould, string[] keys)
    {
        (_server, Layout, _mould, _keys) = (server, layout, mould, keys);
        _heads = [.. keys.Select(_ => (-1, new byte[] { 0 }))];
        _connections = Connect();
    }

    internal Layout Layout { get; }

    internal long Entries => _heads.Sum(each => each.Index + 1L);

    internal static async Task<Prototype> CreateAsync(
        PrivateServer server, Layout layout, EntryMould mould, string[] keys)
    {
        var prototype = new Prototype(server, layout, mould, keys);
        await prototype.RunAsync($"create schema {layout.Schema}");
        foreach (var each in layout.Setup)
        {
            await prototype.RunAsync(BenchSql.Layouts.Of(each));
        }

        long[] ids = [.. Enumerable.Range(0, keys.Length)];
        await prototype.RunAsync(BenchSql.Layouts.Of("chain.fill"), ids, keys);
        await prototype.RunAsync("analyze chain, entry");
        return prototype;
    }

    internal async Task FillAsync(int entries, int writers)
    {
        var left = entries;
        await EachWriterAsync(writers, async (writer, source) =>
        {
            while (Interlocked.Add(ref left, -FillBatch) > -FillBatch)
            {
                _ = await writer.WriteAsync(source.Next(FillBatch));
            }
        });
        await RunAsync("analyze chain, entry");
    }

    internal async Task<LayoutRound> WriteAsync(int batch, int writers, TimeSpan time)
    {
        await RunAsync(BenchSql.Layouts.Of("server.checkpoint"));
        GC.Collect();
        var (rows, commits) = (0L, 0L);
        List<long> latencies = [];
        var (wal, server) = (await WalAsync(), ServerMeter.Of(_server.ProcessId!.Value));
        var processor = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        await EachWriterAsync(writers, async (writer, source) =>
        {
            while (clock.Elapsed < time)
            {
                var next = source.Next(batch);
                var start = Stopwatch.GetTimestamp();
                _ = Interlocked.Add(ref rows, await writer.WriteAsync(next));
                _ = Interlocked.Increment(ref commits);
                lock (latencies)
                {
                    latencies.Add(Stopwatch.GetTimestamp() - start);
                }
            }
        });
        return new(
            new(rows, commits, clock.Elapsed, Environment.CpuUsage.TotalTime - processor, 0, [.. latencies]),
            ServerMeter.Of(_server.ProcessId!.Value) - server, await WalAsync() - wal);
    }

    /// <summary>Microseconds for each of the long chains, read one after the other.</summary>
    internal async Task<double> ReadChainsAsync()
    {
        await using var connection = await _connections.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(BenchSql.Layouts.Of($"{Layout.Statements}.read_chain"), connection);
        var parameter = command.Parameters.Add(new() { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bigint });
        var count = Math.Min(BatchSource.LongChains, _keys.Length);
        var clock = Stopwatch.StartNew();
        for (var chain = 0L; chain < count; chain++)
        {
            parameter.Value = chain;
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                _ = reader.GetFieldValue<byte[]>(0);
            }
        }

        return clock.Elapsed.TotalMicroseconds / count;
    }

    /// <summary>All entries in the order in which they lie; entries a second, and the server's time for each.</summary>
    internal async Task<(double PerSecond, double ServerMicroseconds)> ReadAllAsync()
    {
        await using var connection = await _connections.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(BenchSql.Layouts.Of($"{Layout.Statements}.read_all"), connection);
        var (server, clock) = (ServerMeter.Of(_server.ProcessId!.Value), Stopwatch.StartNew());
        await using var reader = await command.ExecuteReaderAsync();
        var bytes = 0L;
        while (await reader.ReadAsync())
        {
            bytes += reader.GetFieldValue<byte[]>(0).Length;
        }

        var time = clock.Elapsed;
        return bytes == Entries * _mould.EntrySizeBytes
            ? (
                Entries / time.TotalSeconds,
                (ServerMeter.Of(_server.ProcessId!.Value) - server).TotalMicroseconds / Entries)
            : throw new InvalidDataException($"Expected {Entries * _mould.EntrySizeBytes} bytes, found {bytes}.");
    }

    /// <summary>Bytes of each table and index of the prototype; partitions are summed.</summary>
    internal async Task<IReadOnlyDictionary<string, long>> SizesAsync()
    {
        await using var command = _connections.CreateCommand(BenchSql.Layouts.Of("server.sizes"));
        await using var reader = await command.ExecuteReaderAsync();
        var sizes = new SortedDictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync())
        {
            var name = reader.GetString(0);
            name = name.Contains("command", StringComparison.Ordinal) ? "entry by command"
                : name.Contains("position", StringComparison.Ordinal) || name.Contains("expr", StringComparison.Ordinal)
                    ? "entry by position"
                : name.Contains("entry", StringComparison.Ordinal) && name.EndsWith("key", StringComparison.Ordinal)
                    ? "entry by index"
                : name.StartsWith("toast_segment", StringComparison.Ordinal) ? "segment"
                : name.StartsWith("entry", StringComparison.Ordinal) ? "entry"
                : name;
            var size = reader.GetInt64(1);
            if (size > 0)
            {
                sizes[name] = sizes.GetValueOrDefault(name) + size;
            }
        }

        return sizes;
    }

    /// <summary>Runs a statement; answers milliseconds.</summary>
    internal async Task<double> RunAsync(string statement, params object[] parameters)
    {
        await using var command = _connections.CreateCommand(statement);
        command.CommandTimeout = 0;
        foreach (var each in parameters)
        {
            _ = command.Parameters.Add(new NpgsqlParameter { Value = each });
        }

        var clock = Stopwatch.StartNew();
        _ = await command.ExecuteNonQueryAsync();
        return clock.Elapsed.TotalMilliseconds;
    }

    /// <summary>After the server was started again.</summary>
    internal async Task ReconnectAsync()
    {
        await _connections.DisposeAsync();
        _connections = Connect();
    }

    internal async Task<long> WalAsync()
    {
        await using var command = _connections.CreateCommand(BenchSql.Layouts.Of("server.written"));
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public ValueTask DisposeAsync() => _connections.DisposeAsync();

    private NpgsqlDataSource Connect() => NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(_server.Connection(PrivateServer.Superuser))
        {
            SearchPath = Layout.Schema,
            MaxAutoPrepare = 32,
            AutoPrepareMinUsages = 1,

            // A plan that is made anew for each commit copies all its values first.
            Options = "-c plan_cache_mode=force_generic_plan",
        });

    private Task EachWriterAsync(int writers, Func<LayoutWriter, BatchSource, Task> body) => Task.WhenAll(
        Enumerable.Range(0, writers).Select(number => Task.Run(async () =>
        {
            await using var writer = new LayoutWriter(await _connections.OpenConnectionAsync(), Layout);
            await body(writer, new(_mould, Layout.Rows, _keys, _heads, number, writers));
        })));
}
