namespace Exchange.Grains.Wire;

/// <summary>
/// Gives values that were read before again instead of reading them anew: the consents to one offer repeat its terms,
/// and a million resident households need not have a copy each. A value is known by all of its bytes, and nothing that
/// is read can be changed, so nobody can tell. What is kept is bounded: one that is long is read anew each time, and
/// one that meets another in its place takes it. Thread-safe.
/// </summary>
internal sealed class SharedValues<T>(WireRead<T> read)
{
    /// <summary>A longer value is not kept: in memory it takes many times its bytes.</summary>
    internal const int SizeBytesMax = 1024;

    // A power of two: a place is chosen by the lowest bits.
    private const int Places = 256;

    private readonly Known?[] _places = new Known?[Places];

    internal T Read(ref CanonicalReader reader)
    {
        var ahead = reader;
        var encoded = ahead.ReadEncoded();
        if (encoded.Length > SizeBytesMax)
        {
            return read(ref reader);
        }

        ref var place = ref _places[PlaceOf(encoded)];
        if (Volatile.Read(ref place) is { } known && encoded.SequenceEqual(known.Encoded))
        {
            reader = ahead;
            return known.Value;
        }

        var value = read(ref reader);
        Volatile.Write(ref place, new(encoded.ToArray(), value));
        return value;
    }

    private static int PlaceOf(ReadOnlySpan<byte> encoded)
    {
        var hash = new HashCode();
        hash.AddBytes(encoded);
        return hash.ToHashCode() & (Places - 1);
    }

    private sealed record Known(byte[] Encoded, T Value);
}
