using Exchange.Store.Postgres.Contents;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Exchange.Store.Postgres;

/// <summary>
/// A database that nodes share: chains, rows, snapshots, secrets, leases and content. What was acknowledged survives a
/// crash of every process and of the machine. Where the database cannot be used callers are told so, and it is used
/// again as soon as it can be; the process need not end.
/// </summary>
public sealed class PostgresStore : IDisposable
{
    private readonly DirectoryLock _lock;
    private readonly Watermark _watermark;
    private readonly PostgresSessions _sessions;
    private readonly PostgresGroupCommit _commits;
    private readonly PostgresContentStore _contents;

    private PostgresStore(
        DirectoryLock held, Watermark watermark, PostgresSessions sessions, WriteTroubles troubles,
        PostgresOptions options, ILogger log)
    {
        _lock = held;
        _watermark = watermark;
        _sessions = sessions;
        var numbers = new ChainNumbers();
        _commits = new(sessions, numbers, watermark, troubles, options, log);
        Ledger = new PostgresLedgerStore(_commits, sessions, numbers, watermark);
        Rows = new PostgresRowStore(sessions);
        Snapshots = new PostgresSnapshotStore(sessions);
        Secrets = new PostgresSecretStore(sessions, watermark);
        Leases = new PostgresLeaseStore(sessions);
        Health = new PostgresHealth(sessions, _commits);
        _contents = new(sessions.Shared);
    }

    public ILedgerStore Ledger { get; }

    public IRowStore Rows { get; }

    public ISnapshotStore Snapshots { get; }

    public ISecretStore Secrets { get; }

    public ILeaseStore Leases { get; }

    public IStoreHealth Health { get; }

    public IContentStore Contents => _contents;

    /// <summary>Why the store cannot be used at present, for people; nothing where it can.</summary>
    public string? Obstacle =>
        _sessions.Refusal?.Text ?? (_commits.Trouble is { } fault ? StoreUnavailableException.ReasonOf(fault) : null);

    /// <summary>The pool of the content store, which belongs to the same database.</summary>
    internal NpgsqlDataSource Source => _sessions.Shared;

    /// <summary>Opens the database and, as its owner, brings its tables up to date.</summary>
    /// <exception cref="StoreRefusedException">
    /// It cannot be reached, it is of another version, or it is not the one that this node used before.
    /// </exception>
    public static PostgresStore Open(PostgresOptions options, ILogger log, TimeProvider? time = null)
    {
        DirectoryLock? held = null;
        Watermark? watermark = null;
        PostgresSessions? sessions = null;
        var troubles = new WriteTroubles(options.Writers, log);
        try
        {
            PrivateFiles.CreateDirectory(options.Directory);
            held = DirectoryLock.Take(options.Directory);
            if (options.OwnerConnection is { } owner)
            {
                PostgresMigrations.Apply(owner, log);
            }

            PostgresMigrations.Check(options.Connection);
            watermark = Watermark.Open(options.Directory, time ?? TimeProvider.System, log);
            sessions = new(options, watermark, troubles, log);
            sessions.OpenWriter().Dispose();
            var store = new PostgresStore(held, watermark, sessions, troubles, options, log);
            (held, watermark, sessions) = (null, null, null);
            return store;
        }
        // Boundary: whatever keeps a database from being opened is told to the operator in one form.
        catch (Exception fault) when (
            fault is NpgsqlException or StoreUnavailableException or TimeoutException or IOException
                or UnauthorizedAccessException or ArgumentException)
        {
            var reason = sessions?.Refusal?.Text ?? StoreUnavailableException.ReasonOf(fault);
            throw new StoreRefusedException($"The database cannot be opened: {reason}");
        }
        finally
        {
            sessions?.Dispose();
            watermark?.Dispose();
            held?.Dispose();
        }
    }

    /// <summary>Writes what waits, then closes.</summary>
    public void Dispose()
    {
        _commits.Dispose();
        _contents.Dispose();
        _sessions.Dispose();
        _watermark.Dispose();
        _lock.Dispose();
    }
}
