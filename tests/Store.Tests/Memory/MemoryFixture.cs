using Exchange.Store.Memory;

namespace Exchange.Store.Tests.Memory;

/// <summary>A store in memory: it is its own restart.</summary>
public sealed class MemoryFixture : StoreFixture
{
    private readonly MemoryLedgerStore _ledger = new();

    public MemoryFixture()
    {
        Rows = new MemoryRowStore(_ledger);
        Snapshots = new MemorySnapshotStore(_ledger.Faults);
        Secrets = new MemorySecretStore(_ledger.Faults);
    }

    public override ILedgerStore Ledger => _ledger;

    public override IRowStore Rows { get; }

    public override ISnapshotStore Snapshots { get; }

    public override ISecretStore Secrets { get; }

    public override void Reopen()
    {
        // Nothing survives the object, so the object stays.
    }

    public override void BreakNextCommit(bool isStored) =>
        _ledger.Faults.FailNext(MemoryFault.OutcomeUnknown, isStored);

    protected override void Dispose(bool disposing)
    {
        // Nothing is held.
    }
}
