namespace Exchange.Ledger;

/// <summary>
/// What links an entry to its chain, read without building the entry. Everything else is checked as strictly as
/// <see cref="EntryCodec.Decode"/> checks it, and passed over.
/// </summary>
public readonly ref struct EntryScan
{
    private EntryScan(ReadOnlySpan<byte> bytes)
    {
        var reader = new CanonicalReader(bytes);
        reader.ExpectArray(EntryCodec.FieldCount);
        _ = reader.ReadInteger(Hashes.Format, Hashes.Format);
        var chainStart = reader.Position;
        SkipChain(ref reader);
        ChainBytes = bytes[chainStart..reader.Position];
        Index = new(reader.ReadInteger(0, long.MaxValue));
        Previous = reader.ReadDigest();
        RecordedAt = reader.ReadTime();
        SkipActor(ref reader);
        _ = reader.ReadBytes16();
        SkipCommand(ref reader);
        _ = reader.ReadInteger(1, int.MaxValue);
        NewestFact = SkipFacts(ref reader);
        SkipEvents(ref reader);
        _ = reader.ReadBytes16();
        reader.ExpectEnd();
    }

    /// <summary>The name of the chain that the entry says it belongs to.</summary>
    public ChainId Chain => new CanonicalReader(ChainBytes).ReadChain();

    /// <summary>The canonical bytes of the chain's name, as a view of the entry.</summary>
    public ReadOnlySpan<byte> ChainBytes { get; }

    /// <summary>The place on the chain.</summary>
    public EntryIndex Index { get; }

    /// <summary>The hash of the entry before, as stated.</summary>
    public Digest Previous { get; }

    /// <summary>When it was decided.</summary>
    public UnixMilliseconds RecordedAt { get; }

    /// <summary>When the latest of its facts was read; zero without facts.</summary>
    public UnixMilliseconds NewestFact { get; }

    /// <summary>Reads the links of an entry and checks the form of all of it.</summary>
    /// <exception cref="CanonicalFormatException">The bytes are not the canonical form of an entry.</exception>
    public static EntryScan Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Entry.SizeBytesMax)
        {
            throw new CanonicalFormatException(
                $"Expected an entry of at most {Entry.SizeBytesMax} bytes, found {bytes.Length}", 0);
        }

        return new(bytes);
    }

    private static void SkipChain(ref CanonicalReader reader)
    {
        reader.ExpectArray(2);
        var kind = reader.ReadKind();
        _ = reader.ReadKeyBytes();
        if (!ChainId.HasChain(kind))
        {
            throw reader.Wrong($"A party of kind {(int)kind} has no chain");
        }
    }

    private static void SkipActor(ref CanonicalReader reader)
    {
        reader.ExpectArray(7);
        _ = reader.ReadKind();
        _ = reader.ReadKeyBytes();
        _ = reader.ReadInteger((long)Role.Operator, (long)Role.System);
        if (!reader.TryReadNil())
        {
            reader.ExpectArray(2);
            _ = reader.ReadKind();
            _ = reader.ReadKeyBytes();
        }

        if (!reader.TryReadNil())
        {
            reader.SkipText(EntryCodec.PersonSizeBytesMax);
        }

        _ = reader.ReadInteger((long)Channel.Self, (long)Channel.Process);
        if (!reader.TryReadNil())
        {
            reader.ExpectArray(2);
            _ = reader.ReadDigest();
            reader.SkipText(EntryCodec.MethodSizeBytesMax);
        }
    }

    private static void SkipCommand(ref CanonicalReader reader)
    {
        reader.ExpectArray(3);
        _ = reader.ReadInteger(1, EntryCodec.TypeMax);
        _ = reader.ReadInteger(1, EntryCodec.TypeMax);
        var fields = reader.ReadFields();
        if (fields.Length > Entry.CommandSizeBytesMax)
        {
            throw reader.Wrong(
                $"Expected a command of at most {Entry.CommandSizeBytesMax} bytes, found {fields.Length}");
        }

        if (!reader.TryReadNil())
        {
            throw reader.Wrong("Rules 1 admit no authorization");
        }
    }

    private static UnixMilliseconds SkipFacts(ref CanonicalReader reader)
    {
        var count = reader.ReadArray();
        if (count > Entry.FactsMax)
        {
            throw reader.Wrong($"Expected at most {Entry.FactsMax} facts, found {count}");
        }

        var newest = default(UnixMilliseconds);
        for (; count > 0; count--)
        {
            reader.ExpectArray(6);
            SkipChain(ref reader);
            _ = reader.ReadInteger(0, long.MaxValue);
            _ = reader.ReadDigest();
            newest = UnixMilliseconds.Max(newest, reader.ReadTime());
            _ = reader.ReadInteger(1, EntryCodec.TypeMax);
            _ = reader.ReadFields();
        }

        return newest;
    }

    private static void SkipEvents(ref CanonicalReader reader)
    {
        var count = reader.ReadArray();
        if (count is < 1 or > Entry.EventsMax)
        {
            throw reader.Wrong($"Expected 1 to {Entry.EventsMax} events, found {count}");
        }

        for (; count > 0; count--)
        {
            reader.ExpectArray(3);
            _ = reader.ReadInteger(1, EntryCodec.TypeMax);
            _ = reader.ReadInteger(1, EntryCodec.TypeMax);
            if (!reader.TryReadNil())
            {
                _ = reader.ReadFields();
            }
        }
    }
}
