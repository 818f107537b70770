using System.Buffers.Binary;

namespace Exchange.Ledger;

// family: sixteen bytes and what they stand for

/// <summary>Sixteen bytes as they stand in an entry: ids and salts. The default value is all zeroes.</summary>
/// <param name="High">The first eight bytes, big-endian.</param>
/// <param name="Low">The last eight bytes, big-endian.</param>
public readonly record struct Bytes16(ulong High, ulong Low) : IComparable<Bytes16>
{
    /// <summary>The size in bytes.</summary>
    public const int SizeBytes = 16;

    /// <summary>Copies exactly sixteen bytes.</summary>
    /// <exception cref="ArgumentException">The span has another length.</exception>
    public static Bytes16 From(ReadOnlySpan<byte> bytes) => bytes.Length == SizeBytes
        ? new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]))
        : throw new ArgumentException($"Expected {SizeBytes} bytes, found {bytes.Length}.", nameof(bytes));

    /// <summary>Writes the sixteen bytes to the start of <paramref name="target"/>.</summary>
    public void CopyTo(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt64BigEndian(target, High);
        BinaryPrimitives.WriteUInt64BigEndian(target[8..], Low);
    }

    /// <summary>A copy of the bytes.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[SizeBytes];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Unsigned order of the bytes.</summary>
    public int CompareTo(Bytes16 other) =>
        High != other.High ? High.CompareTo(other.High) : Low.CompareTo(other.Low);

    /// <summary>32 lower-case hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(ToArray());

    /// <summary>Order of the bytes.</summary>
    public static bool operator <(Bytes16 left, Bytes16 right) => left.CompareTo(right) < 0;

    /// <summary>Order of the bytes.</summary>
    public static bool operator >(Bytes16 left, Bytes16 right) => left.CompareTo(right) > 0;

    /// <summary>Order of the bytes.</summary>
    public static bool operator <=(Bytes16 left, Bytes16 right) => left.CompareTo(right) <= 0;

    /// <summary>Order of the bytes.</summary>
    public static bool operator >=(Bytes16 left, Bytes16 right) => left.CompareTo(right) >= 0;
}

/// <summary>
/// The sixteen random bytes that name one exchange; evidence of another exchange never passes for its own.
/// </summary>
/// <param name="Value">The bytes.</param>
public readonly record struct ExchangeId(Bytes16 Value)
{
    /// <summary>Reads 32 lower-case hexadecimal digits, the only text form.</summary>
    public static bool TryParse(string? text, out ExchangeId id)
    {
        id = default;
        if (text is not { Length: 32 } || text.AsSpan().ContainsAnyExcept(TextAlphabets.LowerHex))
        {
            return false;
        }

        id = new(Bytes16.From(Convert.FromHexString(text)));
        return true;
    }

    /// <summary>32 lower-case hexadecimal digits.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>The caller's name for one command: a UUID's sixteen bytes in the order of its text.</summary>
/// <param name="Value">The bytes.</param>
public readonly record struct CommandId(Bytes16 Value)
{
    /// <summary>Reads a UUID in its hyphenated form; letters of either case, kept as bytes.</summary>
    public static bool TryParse(string? text, out CommandId id)
    {
        id = default;
        if (!Guid.TryParseExact(text, "D", out var guid))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[Bytes16.SizeBytes];
        _ = guid.TryWriteBytes(bytes, bigEndian: true, out _);
        id = new(Bytes16.From(bytes));
        return true;
    }

    /// <summary>The hyphenated form in lower case.</summary>
    public override string ToString() => new Guid(Value.ToArray(), bigEndian: true).ToString("D");
}

/// <summary>The salt of an entry: keeps a public leaf hash from being guessed.</summary>
/// <param name="Value">The bytes.</param>
public readonly record struct EntrySalt(Bytes16 Value);
