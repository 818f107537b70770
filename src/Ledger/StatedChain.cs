namespace Exchange.Ledger;

/// <summary>What a chain file states about one chain before its entries follow.</summary>
/// <param name="Chain">The chain.</param>
/// <param name="Head">Its head; for an empty chain the index before the first and the genesis value.</param>
/// <param name="Count">How many entries follow: all from the first through the head.</param>
public sealed record StatedChain(ChainId Chain, ChainHead Head, EntryCount Count);
