using Exchange.Store.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using SQLitePCL;

namespace Exchange.Store.Tests.Sqlite;

/// <summary>A store in a directory of its own, removed at the end.</summary>
public sealed class SqliteFixture : StoreFixture
{
    private readonly Lock _gate = new();
    private SqliteStore? _store;
    private bool? _breaks;

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("exchange-store-").FullName;

    public SqliteStore Store
    {
        get
        {
            lock (_gate)
            {
                return _store ??= Open(new SqliteOptions { Directory = Directory, AtStep = AtStep });
            }
        }
    }

    public override ILedgerStore Ledger => Store.Ledger;

    public override IRowStore Rows => Store.Rows;

    public override ISnapshotStore Snapshots => Store.Snapshots;

    public override ISecretStore Secrets => Store.Secrets;

    public static SqliteStore Open(SqliteOptions options) => SqliteStore.Open(options, NullLogger.Instance);

    public override void Reopen()
    {
        _store?.Dispose();
        _store = null;
    }

    /// <summary>Uses another store of the same directory from here on.</summary>
    public void Use(SqliteStore store) => _store = store;

    public override void BreakNextCommit(bool isStored) => _breaks = isStored;

    protected override void Dispose(bool disposing)
    {
        _store?.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private void AtStep(CommitStep step)
    {
        if (_breaks is { } isStored && step == (isStored ? CommitStep.AfterCommit : CommitStep.BeforeCommit))
        {
            _breaks = null;
            throw new SqliteFault(raw.SQLITE_IOERR_FSYNC, "a sync was broken by a test");
        }
    }
}
