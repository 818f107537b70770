namespace Exchange.Store;

/// <summary>What every store checks of a part before it looks at its chains: a breach is the caller's bug.</summary>
internal static class ChainParts
{
    /// <exception cref="ArgumentException">Entries are too many, too large, missing or out of order.</exception>
    internal static void RefuseMalformed(ChainPart part)
    {
        if (part.Entries.Length is < 1 or > ChainPart.EntriesMax)
        {
            throw new ArgumentException(
                $"Expected 1 to {ChainPart.EntriesMax} entries, found {part.Entries.Length}.", nameof(part));
        }

        var expected = part.Expected.Index;
        foreach (var entry in part.Entries)
        {
            expected = expected.Next;
            if (entry.Index != expected)
            {
                throw new ArgumentException($"Expected the entry {expected}, found {entry.Index}.", nameof(part));
            }

            if (entry.Bytes.Length > Entry.SizeBytesMax)
            {
                throw new ArgumentException(
                    $"Expected at most {Entry.SizeBytesMax} bytes, found {entry.Bytes.Length}.", nameof(part));
            }
        }
    }
}
