using Exchange.Engine.Ports;

namespace Exchange.Engine.Transfer;

// family: what is moved, and what came of it

/// <summary>
/// What an exchange is kept in: everything of it but the master key, which never moves with the data.
/// </summary>
public sealed record TransferParts(
    ILedgerStore Ledger, IRowStore Rows, ISecretStore Secrets, IContentStore Contents);

/// <summary>What was moved.</summary>
/// <param name="Exchange">Which exchange it is.</param>
public sealed record TransferReport(ExchangeId Exchange, long Chains, EntryCount Entries, long Contents, long Secrets);
