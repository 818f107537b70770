using Exchange.Engine.Ports;

namespace Exchange.Engine.Checking;

// family: what a check works on

/// <summary>The store that is checked.</summary>
internal sealed record CheckedStore(
    ILedgerStore Ledger, IRowStore Rows, ISnapshotStore Snapshots, ExchangeId Exchange,
    Func<GrainKind, GrainRules?> RulesOf);

/// <summary>What the check of one batch came to.</summary>
internal sealed record BatchReport(
    long Chains, long Entries, long InFlight, long Rebuilt, ImmutableArray<StoreDifference> Findings);
