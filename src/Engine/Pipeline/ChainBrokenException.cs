namespace Exchange.Engine.Pipeline;

/// <summary>
/// A chain in the store does not verify: the ledger or this code is wrong. Nothing is repaired silently.
/// </summary>
public sealed class ChainBrokenException(ChainId chain, EntryIndex index, string reason, Exception? inner = null)
    : Exception($"Chain {chain} is broken at {index}: {reason}", inner)
{
    public ChainId Chain { get; } = chain;

    public EntryIndex Index { get; } = index;

    /// <summary>What was expected and what was found.</summary>
    public string Reason { get; } = reason;
}
