namespace Exchange.Store.Tests;

/// <summary>One implementation of the ports, empty at first.</summary>
public abstract class StoreFixture : IDisposable
{
    public abstract ILedgerStore Ledger { get; }

    public abstract IRowStore Rows { get; }

    public abstract ISnapshotStore Snapshots { get; }

    public abstract ISecretStore Secrets { get; }

    /// <summary>Ends the store and opens another one on what is kept.</summary>
    public abstract void Reopen();

    /// <summary>Breaks the next commit: nobody can tell its outcome, which is given here.</summary>
    public abstract void BreakNextCommit(bool isStored);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
