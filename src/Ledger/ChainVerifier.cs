namespace Exchange.Ledger;

/// <summary>
/// Verifies one chain entry by entry: form, chain, index, link, time. An entry that is not good leaves the verifier
/// where it was. Not thread-safe; allocates nothing for a good entry that the caller does not want decoded.
/// </summary>
public sealed class ChainVerifier
{
    private readonly byte[] _chainBytes;

    /// <summary>Begins before the first entry of a chain.</summary>
    public ChainVerifier(ExchangeId exchange, ChainId chain)
        : this(chain, ChainHead.Empty(exchange, chain), recordedAt: default)
    {
    }

    /// <summary>Goes on from an entry that was verified before.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="head">Index and hash of that entry.</param>
    /// <param name="recordedAt">The time of that entry.</param>
    public ChainVerifier(ChainId chain, ChainHead head, UnixMilliseconds recordedAt)
    {
        var writer = CanonicalWriter.OfThread();
        writer.WriteChain(chain);
        _chainBytes = writer.ToArray();
        Chain = chain;
        Head = head;
        RecordedAt = recordedAt;
    }

    /// <summary>The chain that is verified.</summary>
    public ChainId Chain { get; }

    /// <summary>The head of what was good so far.</summary>
    public ChainHead Head { get; private set; }

    /// <summary>The time of the last good entry; zero before the first.</summary>
    public UnixMilliseconds RecordedAt { get; private set; }

    /// <summary>
    /// Whether the entries so far end exactly at a head that somebody stated: nothing is missing behind them.
    /// </summary>
    public bool CheckHead(ChainHead stated) => Head == stated;

    /// <summary>Checks the next entry without building it.</summary>
    public ChainCheck Check(ReadOnlySpan<byte> entryBytes)
    {
        EntryScan scan;
        try
        {
            scan = EntryScan.Read(entryBytes);
        }
        catch (CanonicalFormatException wrong)
        {
            return new ChainCheck.Malformed(wrong.Message, wrong.Offset);
        }

        return scan.ChainBytes.SequenceEqual(_chainBytes)
            ? Follow(new(scan.Index, scan.Previous, scan.RecordedAt, scan.NewestFact), entryBytes)
            : new ChainCheck.WrongChain(Expected: Chain, Found: scan.Chain);
    }

    /// <summary>Checks the next entry and, where it is good, gives it; its parts stay views of the bytes.</summary>
    public ChainCheck Check(ReadOnlyMemory<byte> entryBytes, out Entry? entry)
    {
        entry = null;
        Entry decoded;
        try
        {
            decoded = EntryCodec.Decode(entryBytes);
        }
        catch (CanonicalFormatException wrong)
        {
            return new ChainCheck.Malformed(wrong.Message, wrong.Offset);
        }

        if (decoded.Chain != Chain)
        {
            return new ChainCheck.WrongChain(Expected: Chain, Found: decoded.Chain);
        }

        var newestFact = default(UnixMilliseconds);
        foreach (var fact in decoded.Facts)
        {
            newestFact = UnixMilliseconds.Max(newestFact, fact.ReadAt);
        }

        var check = Follow(new(decoded.Index, decoded.Previous, decoded.RecordedAt, newestFact), entryBytes.Span);
        entry = check is ChainCheck.Good ? decoded : null;
        return check;
    }

    private ChainCheck Follow(in Link link, ReadOnlySpan<byte> entryBytes)
    {
        if (link.Index != Head.Index.Next)
        {
            return new ChainCheck.WrongIndex(Expected: Head.Index.Next, Found: link.Index);
        }

        if (link.Previous != Head.Hash)
        {
            return new ChainCheck.BrokenLink(Expected: Head.Hash, Found: link.Previous);
        }

        if (link.RecordedAt < RecordedAt)
        {
            return new ChainCheck.TimeWentBack(Expected: RecordedAt, Found: link.RecordedAt);
        }

        if (link.NewestFact > link.RecordedAt)
        {
            return new ChainCheck.FactFromFuture(Expected: link.RecordedAt, Found: link.NewestFact);
        }

        Head = new(link.Index, Hashes.Entry(entryBytes));
        RecordedAt = link.RecordedAt;
        return ChainCheck.Good.Value;
    }

    private readonly record struct Link(
        EntryIndex Index, Digest Previous, UnixMilliseconds RecordedAt, UnixMilliseconds NewestFact);
}
