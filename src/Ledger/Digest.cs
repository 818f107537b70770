using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Exchange.Ledger;

/// <summary>A SHA-256 digest. The default value is all zeroes and names nothing.</summary>
public readonly struct Digest : IEquatable<Digest>, IComparable<Digest>
{
    /// <summary>The size of every digest in bytes.</summary>
    public const int SizeBytes = 32;

    private readonly Bytes32 _bytes;

    /// <summary>Copies the digest out of exactly <see cref="SizeBytes"/> bytes.</summary>
    /// <exception cref="ArgumentException">The span has another length.</exception>
    public Digest(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != SizeBytes)
        {
            throw new ArgumentException($"A digest has {SizeBytes} bytes, found {bytes.Length}.", nameof(bytes));
        }

        _bytes = MemoryMarshal.Read<Bytes32>(bytes);
    }

    /// <summary>The bytes, valid as long as the referenced variable.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Span => MemoryMarshal.AsBytes(new ReadOnlySpan<Bytes32>(in _bytes));

    /// <summary>Reads 64 lower-case hexadecimal digits, the only text form.</summary>
    public static bool TryParse(string? text, out Digest digest)
    {
        digest = default;
        if (text is not { Length: SizeBytes * 2 } || text.AsSpan().ContainsAnyExcept(TextAlphabets.LowerHex))
        {
            return false;
        }

        digest = new Digest(Convert.FromHexString(text));
        return true;
    }

    /// <summary>A copy of the bytes.</summary>
    public byte[] ToArray() => Span.ToArray();

    /// <inheritdoc/>
    public bool Equals(Digest other) => Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Digest other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => MemoryMarshal.Read<int>(Span);

    /// <summary>Unsigned order of the bytes.</summary>
    public int CompareTo(Digest other) => Span.SequenceCompareTo(other.Span);

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(Span);

    /// <summary>Equality of the bytes.</summary>
    public static bool operator ==(Digest left, Digest right) => left.Equals(right);

    /// <summary>Inequality of the bytes.</summary>
    public static bool operator !=(Digest left, Digest right) => !left.Equals(right);

    /// <summary>Order of the bytes.</summary>
    public static bool operator <(Digest left, Digest right) => left.CompareTo(right) < 0;

    /// <summary>Order of the bytes.</summary>
    public static bool operator >(Digest left, Digest right) => left.CompareTo(right) > 0;

    /// <summary>Order of the bytes.</summary>
    public static bool operator <=(Digest left, Digest right) => left.CompareTo(right) <= 0;

    /// <summary>Order of the bytes.</summary>
    public static bool operator >=(Digest left, Digest right) => left.CompareTo(right) >= 0;

    [InlineArray(SizeBytes)]
    private struct Bytes32
    {
        private byte _first;
    }
}
