namespace Exchange.Grains.Replay;

// family: what waits for a chain to be replayed

/// <summary>Something to be compared with an entry of a chain, in bytes so that it can wait outside memory.</summary>
public readonly record struct SpoolItem(ChainId Chain, EntryIndex Index, ReadOnlyMemory<byte> Body)
    : IComparable<SpoolItem>
{
    /// <summary>The order in which items are drained: chain, index, bytes.</summary>
    public int CompareTo(SpoolItem other)
    {
        var order = Chain.CompareTo(other.Chain);
        order = order != 0 ? order : Index.CompareTo(other.Index);
        return order != 0 ? order : Body.Span.SequenceCompareTo(other.Body.Span);
    }

    public static bool operator <(SpoolItem left, SpoolItem right) => left.CompareTo(right) < 0;

    public static bool operator >(SpoolItem left, SpoolItem right) => left.CompareTo(right) > 0;

    public static bool operator <=(SpoolItem left, SpoolItem right) => left.CompareTo(right) <= 0;

    public static bool operator >=(SpoolItem left, SpoolItem right) => left.CompareTo(right) >= 0;
}

/// <summary>
/// Collects items while chains are read in any order, and gives them back in the order of the chains they are about.
/// There are as many as facts or rows delivered: whoever checks large files keeps them outside memory.
/// </summary>
public interface IChainSpool
{
    /// <summary>Takes an item; its bytes are the spool's from now on.</summary>
    void Add(SpoolItem item);

    /// <summary>All items in ascending order; once, after the last was added.</summary>
    IEnumerable<SpoolItem> Drain();
}

/// <summary>A spool in memory, for as much as a node audits at once.</summary>
public sealed class ChainSpool : IChainSpool
{
    private readonly List<SpoolItem> _items = [];

    /// <inheritdoc/>
    public void Add(SpoolItem item) => _items.Add(item);

    /// <inheritdoc/>
    public IEnumerable<SpoolItem> Drain()
    {
        _items.Sort();
        return _items;
    }
}
