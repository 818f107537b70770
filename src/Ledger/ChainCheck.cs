namespace Exchange.Ledger;

/// <summary>
/// What a <see cref="ChainVerifier"/> says about one entry. The cases are tested in the order they stand in.
/// </summary>
public abstract record ChainCheck
{
    private ChainCheck()
    {
    }

    /// <summary>The entry is canonical and continues the chain.</summary>
    public sealed record Good : ChainCheck
    {
        internal static Good Value { get; } = new();
    }

    /// <summary>The bytes are not the canonical form of an entry.</summary>
    /// <param name="Reason">What was expected and what was found.</param>
    /// <param name="Offset">The offending byte of the entry.</param>
    public sealed record Malformed(string Reason, int Offset) : ChainCheck;

    /// <summary>The entry belongs to another chain.</summary>
    /// <param name="Expected">The chain that is verified.</param>
    /// <param name="Found">The chain that the entry names.</param>
    public sealed record WrongChain(ChainId Expected, ChainId Found) : ChainCheck;

    /// <summary>An entry is missing, doubled or out of order.</summary>
    /// <param name="Expected">The index after the head's.</param>
    /// <param name="Found">The index that the entry states.</param>
    public sealed record WrongIndex(EntryIndex Expected, EntryIndex Found) : ChainCheck;

    /// <summary>The entry does not follow the entry before it: one of the two was altered.</summary>
    /// <param name="Expected">The hash of the entry before, or the genesis value.</param>
    /// <param name="Found">The hash that the entry names as its previous.</param>
    public sealed record BrokenLink(Digest Expected, Digest Found) : ChainCheck;

    /// <summary>The entry is older than the entry before it.</summary>
    /// <param name="Expected">The time of the entry before: the least one allowed.</param>
    /// <param name="Found">The time that the entry states.</param>
    public sealed record TimeWentBack(UnixMilliseconds Expected, UnixMilliseconds Found) : ChainCheck;

    /// <summary>The entry cites something that was read only after it was decided.</summary>
    /// <param name="Expected">The entry's time: the greatest one allowed.</param>
    /// <param name="Found">When the latest of its facts was read.</param>
    public sealed record FactFromFuture(UnixMilliseconds Expected, UnixMilliseconds Found) : ChainCheck;
}
