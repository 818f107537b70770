using Exchange.Store.Memory;

namespace Exchange.Store.Tests.Memory;

/// <summary>A store in memory: it is its own restart.</summary>
public sealed class MemoryFixture : LeasingFixture
{
    private readonly MemoryLedgerStore _ledger = new();
    private readonly StoreTime _time = new();

    public MemoryFixture()
    {
        Rows = new MemoryRowStore(_ledger);
        Snapshots = new MemorySnapshotStore(_ledger.Faults);
        Secrets = new MemorySecretStore(_ledger.Faults);
        Leases = new MemoryLeaseStore(_time, _ledger.Faults);
    }

    public override ILedgerStore Ledger => _ledger;

    public override IRowStore Rows { get; }

    public override ISnapshotStore Snapshots { get; }

    public override ISecretStore Secrets { get; }

    public override ILeaseStore Leases { get; }

    public override void Reopen()
    {
        // Nothing survives the object, so the object stays.
    }

    public override void Pass(TimeSpan time) => _time.Pass(time);

    public override void BreakNextCommit(bool isStored) =>
        _ledger.Faults.FailNext(MemoryFault.OutcomeUnknown, isStored);

    protected override void Dispose(bool disposing)
    {
        // Nothing is held.
    }
}
