using Exchange.Engine.Ports;
using Exchange.Engine.Transfer;
using Exchange.Store;
using Exchange.Store.Contents;
using Exchange.Store.Memory;
using Exchange.Store.Postgres;
using Exchange.Store.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exchange.Silo.Node;

/// <summary>
/// What a node keeps, opened: the ports of one store, whichever it is. Nobody behind this knows which.
/// </summary>
internal sealed class KeptStore : IDisposable
{
    private readonly IDisposable _store;

    private KeptStore(IDisposable store) => _store = store;

    internal required ILedgerStore Ledger { get; init; }

    internal required IRowStore Rows { get; init; }

    internal required ISnapshotStore Snapshots { get; init; }

    internal required ISecretStore Secrets { get; init; }

    internal required IContentStore Contents { get; init; }

    internal required ILeaseStore Leases { get; init; }

    internal required IStoreHealth Health { get; init; }

    /// <summary>Completes, with the reason, when the process must end to find out what was stored.</summary>
    internal required Task<Exception> Failed { get; init; }

    /// <summary>What an export takes and an import fills.</summary>
    internal TransferParts ForTransfer => new(Ledger, Rows, Secrets, Contents);

    /// <summary>Opens what the node is set up with.</summary>
    /// <param name="database">Which one, where several nodes share it; the environment says where nothing does.</param>
    /// <exception cref="NodeStartException">It refuses, and says what to change.</exception>
    internal static KeptStore Open(
        StoreKind kind, DataDirectory data, PostgresOptions? database, ILogger logger)
    {
        try
        {
            return kind switch
            {
                StoreKind.Sqlite => OpenSqlite(data, logger),
                StoreKind.Postgres => OpenPostgres(DatabaseOf(database, data), logger),
                _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such store."),
            };
        }
        catch (StoreRefusedException refused)
        {
            throw new NodeStartException(refused.Message);
        }
    }

    /// <summary>The database that nodes share: the given one, or the one that the environment names.</summary>
    /// <exception cref="NodeStartException">Nothing names one.</exception>
    internal static PostgresOptions DatabaseOf(PostgresOptions? database, DataDirectory data)
    {
        try
        {
            return database ?? PostgresOptions.FromEnvironment(data.Path);
        }
        catch (StoreRefusedException refused)
        {
            throw new NodeStartException(refused.Message);
        }
    }

    /// <summary>Opens the database that the environment names beside its nodes: its tables stay as they are.</summary>
    /// <param name="directory">An empty one, for as long as this is open.</param>
    /// <exception cref="StoreRefusedException">It refuses, and says what to change.</exception>
    internal static KeptStore OpenBeside(string directory) =>
        OpenPostgres(PostgresOptions.FromEnvironment(directory) with { OwnerConnection = null }, NullLogger.Instance);

    public void Dispose() => _store.Dispose();

    private static KeptStore OpenSqlite(DataDirectory data, ILogger logger)
    {
        var store = SqliteStore.Open(new() { Directory = data.Path }, logger);
        return new(store)
        {
            Ledger = store.Ledger,
            Rows = store.Rows,
            Snapshots = store.Snapshots,
            Secrets = store.Secrets,
            Contents = DirectoryContentStore.Open(data.Contents),
            // The directory belongs to one process: whoever held a lease before is dead, and an idle node that renewed
            // its own in the database would write and sync for nobody.
            Leases = new MemoryLeaseStore(TimeProvider.System),
            Health = store.Health,
            Failed = store.Failed,
        };
    }

    // Nothing of it ends the process: what a lost connection leaves in doubt is read again.
    private static KeptStore OpenPostgres(PostgresOptions database, ILogger logger)
    {
        var store = PostgresStore.Open(database, logger);
        return new(store)
        {
            Ledger = store.Ledger,
            Rows = store.Rows,
            Snapshots = store.Snapshots,
            Secrets = store.Secrets,
            Contents = store.Contents,
            Leases = store.Leases,
            Health = store.Health,
            Failed = new TaskCompletionSource<Exception>().Task,
        };
    }
}
