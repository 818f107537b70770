using Microsoft.Extensions.Logging;

namespace Exchange.Store.Sqlite;

/// <summary>
/// A data directory opened by this process alone: chains, rows, snapshots and secrets in one database. What was
/// acknowledged survives a crash of process and machine.
/// </summary>
public sealed class SqliteStore : IDisposable
{
    private readonly DirectoryLock _lock;
    private readonly GroupCommit _commits;
    private readonly ReaderPool _readers;

    private SqliteStore(DirectoryLock held, SqliteWriter writer, SqliteOptions options, ILogger log)
    {
        _lock = held;
        _commits = new(writer, options, log);
        _readers = new(options.Path, () => _commits.Failed.IsCompletedSuccessfully ? _commits.Failed.Result : null);
        Ledger = new SqliteLedgerStore(_commits, _readers);
        Rows = new SqliteRowStore(_commits, _readers);
        Snapshots = new SqliteSnapshotStore(_commits, _readers);
        Secrets = new SqliteSecretStore(_commits, _readers);
        Health = new SqliteHealth(_commits, _readers, TimeProvider.System);
    }

    public ILedgerStore Ledger { get; }

    public IRowStore Rows { get; }

    public ISnapshotStore Snapshots { get; }

    public ISecretStore Secrets { get; }

    public IStoreHealth Health { get; }

    /// <summary>
    /// Completes, with the reason, when an input or output error left the outcome of a commit unknown. The store
    /// refuses everything from then on; the process must end, and the next one finds out what was stored.
    /// </summary>
    public Task<Exception> Failed => _commits.Failed;

    /// <summary>Opens or makes the store of a directory and brings its tables up to date.</summary>
    /// <exception cref="StoreRefusedException">
    /// Another process has it, it cannot be written, or it is of a newer version or another program.
    /// </exception>
    public static SqliteStore Open(SqliteOptions options, ILogger log)
    {
        DirectoryLock? held = null;
        SqliteConnection? connection = null;
        try
        {
            PrivateFiles.CreateDirectory(options.Directory);
            held = DirectoryLock.Take(options.Directory);
            connection = OpenDatabase(options);
            var store = new SqliteStore(held, new(connection), options, log);
            (held, connection) = (null, null);
            return store;
        }
        // Boundary: whatever keeps a directory from being opened is told to the operator in one form.
        catch (Exception fault) when (fault is SqliteFault or UnauthorizedAccessException or IOException)
        {
            throw new StoreRefusedException($"{options.Directory} cannot be opened for writing: {fault.Message}");
        }
        finally
        {
            connection?.Dispose();
            held?.Dispose();
        }
    }

    /// <summary>Writes what waits, then closes.</summary>
    public void Dispose()
    {
        _commits.Dispose();
        _readers.Dispose();
        _lock.Dispose();
    }

    private static SqliteConnection OpenDatabase(SqliteOptions options)
    {
        // Made by us first, so that nobody else may ever read it; SQLite gives its other files the same mode.
        PrivateFiles.Open(options.Path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose();
        PrivateFiles.SyncDirectory(options.Directory);
        var connection = SqliteConnection.Open(options.Path, mayCreate: true);
        try
        {
            connection.RunScript(SqlText.Sqlite.Of("page_size"));
            connection.RunScript(SqlText.Sqlite.Of("journal_wal"));
            connection.RunScript(SqlText.Sqlite.Of("configure_writer"));
            SqliteMigrations.Apply(connection, options.Path);
            if (options.PagesMax is { } pagesMax)
            {
                connection.LimitPages(pagesMax);
            }

            (var opened, connection) = (connection, null);
            return opened;
        }
        finally
        {
            connection?.Dispose();
        }
    }
}
