using System.Diagnostics;
using Exchange.Benchmarks.World;
using Exchange.Grains.Households;
using Exchange.Grains.Rules;
using Exchange.Ledger;
using Exchange.Store;
using Exchange.Store.Sqlite;

namespace Exchange.Benchmarks.Append;

/// <summary>
/// What anybody gets from the same database: the same tables, indexes and rows by the same prepared statements from one
/// thread, so many rows to a commit, and the log moved as often. On a copy of the filled store.
/// </summary>
internal sealed class PlainStatements : IDisposable
{
    // As in SqliteWriter.
    private const int CheckpointPages = 16 * 1024;

    private readonly SqliteConnection _connection;
    private readonly ImmutableArray<ChainId> _households;
    private readonly (long Chain, long Next)[] _heads;
    private readonly byte[] _entry;
    private readonly ConsentRow _row;
    private readonly byte[] _rowBody;
    private readonly Random _random;
    private readonly SqliteStatement _insertKey;
    private readonly SqliteStatement _insertEntry;
    private readonly SqliteStatement _upsert;
    private readonly SqliteStatement _raiseTime;
    private long _position;
    private long _pagesBefore;
    private ulong _number;

    private PlainStatements(
        SqliteConnection connection, ImmutableArray<ChainId> households, byte[] entry, ConsentRow row, int seed)
    {
        (_connection, _households, _entry, _row, _random) = (connection, households, entry, row, new(seed));
        _rowBody = RowBodies.Encode(row);
        _insertKey = connection.Statement("insert_entry_key");
        _insertEntry = connection.Statement("insert_entry");
        _upsert = connection.Statement("consent.upsert");
        _raiseTime = connection.Statement("raise_greatest_time");
        _position = connection.ReadNumberOrZero("read_greatest_position");
        _heads = [.. households.Select(HeadOf)];
    }

    /// <summary>Opens a copy of the filled store, of which nobody writes while this runs.</summary>
    internal static async Task<PlainStatements> OpenAsync(string directory, ConsentLoad load, int seed)
    {
        var (entry, row) = await load.SampleAsync();
        _ = Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, SqliteOptions.FileName);
        Copy(load.DatabasePath, path);
        Copy(load.DatabasePath + "-wal", path + "-wal");
        var connection = SqliteConnection.Open(path, mayCreate: false);
        connection.RunScript(SqlText.Sqlite.Of("journal_wal"));
        connection.RunScript(SqlText.Sqlite.Of("configure_writer"));
        return new(connection, load.Households, entry.ToArray(), row, seed);
    }

    /// <summary>Writes for a time with so many rows in each commit; the latencies are those of whole commits.</summary>
    internal LoadResult Run(int rowsPerCommit, TimeSpan time)
    {
        GC.Collect();
        var (rows, commits, processor) = (0L, 0L, Environment.CpuUsage.TotalTime);
        var allocated = GC.GetTotalAllocatedBytes();
        List<long> latencies = [];
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < time)
        {
            var start = Stopwatch.GetTimestamp();
            _connection.Run("begin");
            for (var i = 0; i < rowsPerCommit; i++)
            {
                Insert();
            }

            _raiseTime.Bind(1, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()).Run();
            _connection.Run("commit");
            latencies.Add(Stopwatch.GetTimestamp() - start);
            rows += rowsPerCommit;
            commits++;
            if (_connection.PagesWritten - _pagesBefore >= CheckpointPages)
            {
                _pagesBefore = _connection.PagesWritten;
                _connection.Checkpoint(SQLitePCL.raw.SQLITE_CHECKPOINT_PASSIVE);
            }
        }

        return new(
            rows, commits, clock.Elapsed, Environment.CpuUsage.TotalTime - processor,
            GC.GetTotalAllocatedBytes() - allocated, [.. latencies]);
    }

    public void Dispose() => _connection.Dispose();

    // Synced: what is not yet on the disk would be written during somebody's commits.
    private static void Copy(string from, string to)
    {
        File.Copy(from, to);
        using var copy = new FileStream(to, FileMode.Open, FileAccess.ReadWrite);
        copy.Flush(flushToDisk: true);
    }

    private void Insert()
    {
        var household = _random.Next(_heads.Length);
        var (chain, index) = _heads[household];
        _heads[household] = (chain, index + 1);
        Span<byte> digest = stackalloc byte[Digest.SizeBytes];
        _random.NextBytes(digest);
        _position++;
        _insertKey.Bind(1, chain).Bind(2, digest[..Bytes16.SizeBytes]).Bind(3, _position).BindNull(4).Run();
        _insertKey.Bind(1, chain).Bind(2, index).Bind(3, _position).Bind(4, digest).Run();
        _insertEntry.Bind(1, _position).Bind(2, chain).Bind(3, index).Bind(4, _row.Consent.RecordedAt.Value)
            .Bind(5, digest).Bind(6, _entry).Run();
        var item = Parties.ConsentOf(new(new(2, _number++)));
        _ = _upsert.Bind(1, _households[household]).BindText(3, item.Value);
        var columns = _row.Columns;
        for (var i = 0; i < columns.Length; i++)
        {
            _ = _upsert.Bind(4 + i, columns[i]);
        }

        _upsert.Bind(4 + columns.Length, _rowBody).Run();
    }

    private (long Chain, long Next) HeadOf(ChainId household)
    {
        var find = _connection.Statement("find_chain").Bind(1, household);
        var chain = find.Step() ? find.Number(0) : throw new InvalidDataException($"Expected {household}, found none.");
        find.Reset();
        var read = _connection.Statement("read_head").Bind(1, chain);
        var next = read.Step() ? read.Number(0) + 1 : 0;
        read.Reset();
        return (chain, next);
    }
}
