namespace Exchange.Grains.Wire;

/// <summary>
/// Writers that are lent for one encoding and given back: a command makes a dozen, and each would grow a buffer of its
/// own. A thread keeps a few, since encodings nest; one that an exception kept is simply lost.
/// </summary>
internal static class WireScratch
{
    private const int KeptMax = 4;

    // A writer that once held something large would hold that memory for ever.
    private const int KeptSizeBytesMax = 64 * 1024;

    [ThreadStatic]
    private static Stack<CanonicalWriter>? _kept;

    internal static CanonicalWriter Rent() => _kept is { Count: > 0 } kept ? kept.Pop() : new();

    internal static void Return(CanonicalWriter writer)
    {
        var kept = _kept ??= new(KeptMax);
        if (kept.Count < KeptMax && writer.Written.Length <= KeptSizeBytesMax)
        {
            writer.Reset();
            kept.Push(writer);
        }
    }
}
