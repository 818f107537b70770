using Exchange.Store.Memory;

namespace Exchange.Store.Tests.Memory;

/// <summary>A store in memory: it is its own restart.</summary>
public sealed class MemoryFixture : StoreFixture
{
    private readonly MemoryLedgerStore _ledger = new();

    public MemoryFixture() => Rows = new MemoryRowStore(_ledger);

    public override ILedgerStore Ledger => _ledger;

    public override IRowStore Rows { get; }

    public override ISnapshotStore Snapshots { get; } = new MemorySnapshotStore();

    public override ISecretStore Secrets { get; } = new MemorySecretStore();

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
