namespace Exchange.Grains.Wire;

/// <summary>Equality of canonical bytes: records that hold sets or lists compare by reference otherwise.</summary>
public static class Canonical
{
    /// <summary>Whether two values have the same canonical bytes.</summary>
    public static bool Equal<T>(T left, T right) =>
        WireCodec<T>.Encode(left).AsSpan().SequenceEqual(WireCodec<T>.Encode(right));
}
