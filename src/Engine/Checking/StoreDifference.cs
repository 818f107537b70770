namespace Exchange.Engine.Checking;

// family: what a check of a store finds

/// <summary>Something in the store that is not what the chains say.</summary>
public abstract record StoreDifference
{
    private StoreDifference()
    {
    }

    /// <summary>The chain in whose data it was found.</summary>
    public abstract ChainId Where { get; }

    /// <summary>The chain itself does not verify; nothing derived from it can be compared.</summary>
    public sealed record BrokenChain(ChainId Chain, EntryIndex Index, string Reason) : StoreDifference
    {
        public override ChainId Where => Chain;
    }

    /// <summary>A row that the chain gives is not in its table.</summary>
    public sealed record MissingRow(ChainId Chain, RowTable Table, string Item) : StoreDifference
    {
        public override ChainId Where => Chain;
    }

    /// <summary>A row says something else than the chain gives.</summary>
    public sealed record OtherRow(ChainId Chain, RowTable Table, string Item) : StoreDifference
    {
        public override ChainId Where => Chain;
    }

    /// <summary>A row that the chain does not give, or whose chain does not exist.</summary>
    public sealed record SurplusRow(ChainId Chain, RowTable Table, string Item, bool ChainExists) : StoreDifference
    {
        public override ChainId Where => Chain;
    }

    /// <summary>A snapshot names a head that is not on the chain.</summary>
    public sealed record SnapshotOffChain(ChainId Chain, ChainHead Found) : StoreDifference
    {
        public override ChainId Where => Chain;
    }

    /// <summary>A snapshot holds another state than the chain gives at its head, or cannot be read.</summary>
    public sealed record OtherSnapshot(ChainId Chain, EntryIndex Index) : StoreDifference
    {
        public override ChainId Where => Chain;
    }

    /// <summary>An entry cites a head that the cited chain does not have.</summary>
    public sealed record CitationOffChain(ChainId Chain, EntryIndex Index, ChainId Cited, ChainHead Expected)
        : StoreDifference
    {
        public override ChainId Where => Chain;
    }

    /// <summary>An agreement's step rests although only one of two chains has it: parked with its reason.</summary>
    public sealed record OneSided(ChainId Chain, string Step) : StoreDifference
    {
        public override ChainId Where => Chain;
    }
}

/// <summary>What a check came to.</summary>
/// <param name="InFlight">Steps of processes that have not come to rest; no fault.</param>
/// <param name="Rebuilt">Chains whose rows or snapshot were made anew.</param>
public sealed record StoreReport(
    long Chains, EntryCount Entries, long InFlight, long Rebuilt, ImmutableArray<StoreDifference> Differences)
{
    /// <summary>Whether everything is what the chains say.</summary>
    public bool IsGood => Differences.IsEmpty;
}
