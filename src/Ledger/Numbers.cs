namespace Exchange.Ledger;

// family: the numbers of a chain, each a type of its own

/// <summary>The place of an entry on its chain, from 0. -1 stands for "before the first entry".</summary>
/// <param name="Value">The number.</param>
public readonly record struct EntryIndex(long Value) : IComparable<EntryIndex>
{
    /// <summary>The place before the first entry: the index of an empty chain's head.</summary>
    public static EntryIndex BeforeFirst => new(-1);

    /// <summary>The index of the entry after this one.</summary>
    public EntryIndex Next => new(Value + 1);

    /// <summary>How many entries a chain has whose last one is this.</summary>
    public EntryCount CountThrough => new(Value + 1);

    /// <inheritdoc/>
    public int CompareTo(EntryIndex other) => Value.CompareTo(other.Value);

    /// <summary>The number.</summary>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Order on the chain.</summary>
    public static bool operator <(EntryIndex left, EntryIndex right) => left.Value < right.Value;

    /// <summary>Order on the chain.</summary>
    public static bool operator >(EntryIndex left, EntryIndex right) => left.Value > right.Value;

    /// <summary>Order on the chain.</summary>
    public static bool operator <=(EntryIndex left, EntryIndex right) => left.Value <= right.Value;

    /// <summary>Order on the chain.</summary>
    public static bool operator >=(EntryIndex left, EntryIndex right) => left.Value >= right.Value;
}

/// <summary>How many entries there are.</summary>
/// <param name="Value">The number.</param>
public readonly record struct EntryCount(long Value)
{
    /// <summary>The number.</summary>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A moment: whole milliseconds since 1970 UTC, never negative, below 2^53.</summary>
/// <param name="Value">The milliseconds.</param>
public readonly record struct UnixMilliseconds(long Value) : IComparable<UnixMilliseconds>
{
    /// <summary>The first value that is no longer a moment.</summary>
    public const long Limit = 1L << 53;

    /// <summary>The moment a number of milliseconds later.</summary>
    public UnixMilliseconds Plus(TimeSpan span) => new(Value + (long)span.TotalMilliseconds);

    /// <inheritdoc/>
    public int CompareTo(UnixMilliseconds other) => Value.CompareTo(other.Value);

    /// <summary>The later of two moments.</summary>
    public static UnixMilliseconds Max(UnixMilliseconds left, UnixMilliseconds right) => left > right ? left : right;

    /// <summary>RFC 3339 in UTC with milliseconds.</summary>
    public override string ToString() => Value is >= 0 and < 253402300800000
        ? DateTimeOffset.FromUnixTimeMilliseconds(Value)
            .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture)
        : Value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Order in time.</summary>
    public static bool operator <(UnixMilliseconds left, UnixMilliseconds right) => left.Value < right.Value;

    /// <summary>Order in time.</summary>
    public static bool operator >(UnixMilliseconds left, UnixMilliseconds right) => left.Value > right.Value;

    /// <summary>Order in time.</summary>
    public static bool operator <=(UnixMilliseconds left, UnixMilliseconds right) => left.Value <= right.Value;

    /// <summary>Order in time.</summary>
    public static bool operator >=(UnixMilliseconds left, UnixMilliseconds right) => left.Value >= right.Value;
}

/// <summary>
/// Index and hash of a chain's last entry; for an empty chain the index before the first and the genesis value.
/// </summary>
/// <param name="Index">The last entry's index.</param>
/// <param name="Hash">The last entry's hash: what the next entry names as its previous.</param>
public readonly record struct ChainHead(EntryIndex Index, Digest Hash)
{
    /// <summary>Whether the chain has no entry yet.</summary>
    public bool IsEmpty => Index == EntryIndex.BeforeFirst;

    /// <summary>The head of a chain without entries.</summary>
    public static ChainHead Empty(ExchangeId exchange, ChainId chain) =>
        new(EntryIndex.BeforeFirst, Hashes.Genesis(exchange, chain));
}
