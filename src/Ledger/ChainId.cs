using System.Collections.Frozen;

namespace Exchange.Ledger;

// family: the name of a chain and its parts

/// <summary>The kind of a grain or of an actor. Numbers stand in entries and are never reused.</summary>
public enum GrainKind
{
    /// <summary>No kind; never stands in an entry.</summary>
    None = 0,

    /// <summary>The exchange itself: genesis, keys, officers.</summary>
    Exchange = 1,

    /// <summary>A government department.</summary>
    Department = 2,

    /// <summary>A household with its members and consents.</summary>
    Household = 3,

    /// <summary>A department's number for a household or person.</summary>
    Identifier = 4,

    /// <summary>What people are told before they consent.</summary>
    Notice = 5,

    /// <summary>A buyer of data.</summary>
    Buyer = 6,

    /// <summary>A dataset with its revisions and offers.</summary>
    Dataset = 7,

    /// <summary>An agreement with its deliveries.</summary>
    Agreement = 8,

    /// <summary>The record of a regulator's access to histories.</summary>
    Access = 9,

    /// <summary>An account of money; reserved.</summary>
    Account = 10,

    /// <summary>An officer of a department; an actor, not a chain.</summary>
    Officer = 32,

    /// <summary>The operator of the exchange; an actor, not a chain.</summary>
    Operator = 33,

    /// <summary>A regulator; an actor, not a chain.</summary>
    Regulator = 34,

    /// <summary>A process between grains; an actor, not a chain.</summary>
    Process = 35,

    /// <summary>The node itself; an actor, not a chain.</summary>
    System = 36,
}

/// <summary>
/// The key of a grain within its kind: <c>[a-z0-9][a-z0-9-]{0,62}</c>. The default value has no text.
/// </summary>
public readonly struct GrainKey : IEquatable<GrainKey>, IComparable<GrainKey>
{
    /// <summary>The greatest length in characters (and bytes: the grammar is ASCII).</summary>
    public const int LengthMax = 63;

    private readonly string? _value;

    private GrainKey(string value) => _value = value;

    /// <summary>The text.</summary>
    /// <exception cref="InvalidOperationException">The value is the default one.</exception>
    public string Value => _value ?? throw new InvalidOperationException("An unset grain key has no value.");

    /// <summary>Reads a key in its canonical form.</summary>
    public static bool TryParse(string? text, out GrainKey key)
    {
        key = default;
        if (text is not { Length: > 0 and <= LengthMax } || text[0] == '-'
            || text.AsSpan().ContainsAnyExcept(TextAlphabets.Key))
        {
            return false;
        }

        key = new(text);
        return true;
    }

    /// <summary>Reads a key that the program itself wrote.</summary>
    /// <exception cref="FormatException">The text is no key.</exception>
    public static GrainKey Parse(string text) =>
        TryParse(text, out var key) ? key : throw new FormatException($"'{text}' is not a grain key.");

    // The caller has checked the grammar.
    internal static GrainKey FromTrusted(string value) => new(value);

    /// <inheritdoc/>
    public bool Equals(GrainKey other) => string.Equals(_value, other._value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is GrainKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _value is null ? 0 : string.GetHashCode(_value, StringComparison.Ordinal);

    /// <summary>Order of the ASCII text.</summary>
    public int CompareTo(GrainKey other) => string.CompareOrdinal(_value, other._value);

    /// <summary>The text, or nothing for the default value.</summary>
    public override string ToString() => _value ?? "";

    /// <summary>Equality of the text.</summary>
    public static bool operator ==(GrainKey left, GrainKey right) => left.Equals(right);

    /// <summary>Inequality of the text.</summary>
    public static bool operator !=(GrainKey left, GrainKey right) => !left.Equals(right);

    /// <summary>Order of the text.</summary>
    public static bool operator <(GrainKey left, GrainKey right) => left.CompareTo(right) < 0;

    /// <summary>Order of the text.</summary>
    public static bool operator >(GrainKey left, GrainKey right) => left.CompareTo(right) > 0;

    /// <summary>Order of the text.</summary>
    public static bool operator <=(GrainKey left, GrainKey right) => left.CompareTo(right) <= 0;

    /// <summary>Order of the text.</summary>
    public static bool operator >=(GrainKey left, GrainKey right) => left.CompareTo(right) >= 0;
}

/// <summary>The name of a grain and of its chain, or of an actor: <c>kind/key</c>.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Key">The key within the kind.</param>
public readonly record struct ChainId(GrainKind Kind, GrainKey Key) : IComparable<ChainId>
{
    private static readonly FrozenDictionary<string, GrainKind> KindsByName = Enum.GetValues<GrainKind>()
        .Where(kind => kind != GrainKind.None)
        .ToFrozenDictionary(NameOf, StringComparer.Ordinal);

    /// <summary>The name of the kind, in lower case.</summary>
    public string KindName => NameOf(Kind);

    /// <summary>Reads <c>kind/key</c> in lower case.</summary>
    public static bool TryParse(string? text, out ChainId id)
    {
        id = default;
        var slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (slash < 0 || !KindsByName.TryGetValue(text![..slash], out var kind)
            || !GrainKey.TryParse(text[(slash + 1)..], out var key))
        {
            return false;
        }

        id = new(kind, key);
        return true;
    }

    /// <summary>Reads a name that the program itself wrote.</summary>
    /// <exception cref="FormatException">The text is no chain's name.</exception>
    public static ChainId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not a chain.");

    /// <summary>Order by kind's number, then key.</summary>
    public int CompareTo(ChainId other) => Kind != other.Kind ? Kind.CompareTo(other.Kind) : Key.CompareTo(other.Key);

    /// <summary><c>kind/key</c>.</summary>
    public override string ToString() => $"{NameOf(Kind)}/{Key}";

    /// <summary>Order by kind's number, then key.</summary>
    public static bool operator <(ChainId left, ChainId right) => left.CompareTo(right) < 0;

    /// <summary>Order by kind's number, then key.</summary>
    public static bool operator >(ChainId left, ChainId right) => left.CompareTo(right) > 0;

    /// <summary>Order by kind's number, then key.</summary>
    public static bool operator <=(ChainId left, ChainId right) => left.CompareTo(right) <= 0;

    /// <summary>Order by kind's number, then key.</summary>
    public static bool operator >=(ChainId left, ChainId right) => left.CompareTo(right) >= 0;

    // The kinds of the list above, without the cost of asking the enum.
    internal static bool IsKind(long number) =>
        number is (>= (long)GrainKind.Exchange and <= (long)GrainKind.Account)
            or (>= (long)GrainKind.Officer and <= (long)GrainKind.System);

    // Parties that act but have no chain of their own have numbers from 32.
    internal static bool HasChain(GrainKind kind) => kind < GrainKind.Officer;

    private static string NameOf(GrainKind kind) => kind switch
    {
        GrainKind.None => "none",
        GrainKind.Exchange => "exchange",
        GrainKind.Department => "department",
        GrainKind.Household => "household",
        GrainKind.Identifier => "identifier",
        GrainKind.Notice => "notice",
        GrainKind.Buyer => "buyer",
        GrainKind.Dataset => "dataset",
        GrainKind.Agreement => "agreement",
        GrainKind.Access => "access",
        GrainKind.Account => "account",
        GrainKind.Officer => "officer",
        GrainKind.Operator => "operator",
        GrainKind.Regulator => "regulator",
        GrainKind.Process => "process",
        GrainKind.System => "system",
        _ => $"kind-{(int)kind}",
    };
}
