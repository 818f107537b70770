using Exchange.Store.Postgres;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Exchange.Store.Tests.Postgres;

/// <summary>A store in a database of its own on the shared server, behind a proxy that can lose answers.</summary>
public sealed class PostgresFixture : LeasingFixture
{
    private readonly Lazy<string> _database;
    private readonly Lazy<SwallowingProxy> _proxy = new(() => new(SharedServer.Server.SocketDirectory));
    private readonly List<string> _directories = [];
    private readonly Lock _gate = new();
    private PostgresStore? _store;
    private bool? _breaks;

    /// <param name="isEmpty">Whether the database has no tables yet.</param>
    public PostgresFixture(bool isEmpty = false) =>
        _database = new(isEmpty ? SharedServer.NewDatabase : SharedServer.NewCurrentDatabase);

    public string Database => _database.Value;

    public PostgresStore Store
    {
        get
        {
            lock (_gate)
            {
                return _store ??= Open(Options);
            }
        }
    }

    /// <summary>The options of the store, with one directory for all that are opened.</summary>
    public PostgresOptions Options => field ??= NewOptions();

    public override ILedgerStore Ledger => Store.Ledger;

    public override IRowStore Rows => Store.Rows;

    public override ISnapshotStore Snapshots => Store.Snapshots;

    public override ISecretStore Secrets => Store.Secrets;

    public override ILeaseStore Leases => Store.Leases;

    public static PostgresStore Open(PostgresOptions options, ILogger? log = null) =>
        PostgresStore.Open(options, log ?? NullLogger.Instance);

    /// <summary>Options of another node on the same database.</summary>
    public PostgresOptions NewOptions()
    {
        var directory = Directory.CreateTempSubdirectory("exchange-node-").FullName;
        _directories.Add(directory);
        return new()
        {
            Connection = Through(PrivateServer.Writer),
            OwnerConnection = Connection(PrivateServer.Owner),
            Directory = directory,
            AcceptsForgetfulServer = true,

            // How long a machine that runs all tests at once takes is its own affair.
            ConnectTimeMax = TimeSpan.FromMinutes(1),
            AtStep = AtStep,
        };
    }

    /// <summary>A connection of a role to the database, without the proxy.</summary>
    public string Connection(string role) => SharedServer.Server.Connection(role, Database)
        + ";Search Path=exchange;Options=-c default_transaction_read_only=off";

    /// <summary>Runs a statement as the superuser.</summary>
    public object? Ask(string statement) => Ask(PrivateServer.Superuser, statement);

    /// <summary>Runs a statement as a role.</summary>
    public object? Ask(string role, string statement)
    {
        using var source = NpgsqlDataSource.Create(Connection(role) + ";Pooling=false");
        using var command = source.CreateCommand(statement);
        return command.ExecuteScalar();
    }

    /// <summary>Ends every session of the database but the one that asks for it.</summary>
    public void BreakSessions() => Ask(
        "select count(pg_terminate_backend(pid, 10000)) from pg_stat_activity "
        + "where datname = current_database() and pid <> pg_backend_pid()");

    public override void Reopen()
    {
        _store?.Dispose();
        _store = null;
    }

    // The database's own clock cannot be moved; what it is compared with can.
    public override void Pass(TimeSpan time) => Ask(
        $"update lease set expires_at = expires_at - interval '{(long)time.TotalMilliseconds} milliseconds'");

    public override void BreakNextCommit(bool isStored)
    {
        _ = Store;
        _breaks = isStored;
    }

    /// <summary>
    /// At least so many entries after a position: what comes after a transaction of any database of the server is read
    /// when that is over.
    /// </summary>
    internal static async Task<ImmutableArray<StoredEntry>> TailAsync(
        PostgresStore store, EntryPosition after, int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var tail = await store.Ledger.ReadTailAsync(after, 100, patience.Token);
            if (tail.Length >= count)
            {
                return tail;
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        _store?.Dispose();
        if (_proxy.IsValueCreated)
        {
            _proxy.Value.Dispose();
        }

        _directories.ForEach(directory => Directory.Delete(directory, recursive: true));
    }

    private string Through(string role) =>
        new NpgsqlConnectionStringBuilder(SharedServer.Server.Connection(role, Database))
        {
            Host = _proxy.Value.Directory,
        }.ConnectionString;

    private void AtStep(CommitStep step, int session)
    {
        if (step != CommitStep.BeforeCommit || _breaks is not { } isStored)
        {
            return;
        }

        _breaks = null;
        if (isStored)
        {
            _proxy.Value.SwallowNext();
        }
        else
        {
            Assert.Equal(true, Ask($"select pg_terminate_backend({session}, 10000)"));
        }
    }
}
