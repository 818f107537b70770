namespace Exchange.Ledger;

/// <summary>The bytes of an entry. See docs/ledger-format.md, "Entry".</summary>
public static class EntryCodec
{
    internal const int FieldCount = 13;
    internal const int PersonSizeBytesMax = 64;
    internal const int MethodSizeBytesMax = 32;
    internal const int TypeMax = 1 << 20;

    /// <summary>The canonical bytes.</summary>
    public static byte[] Encode(Entry entry)
    {
        var writer = new CanonicalWriter();
        Write(writer, entry);
        return writer.ToArray();
    }

    /// <summary>Writes the canonical bytes.</summary>
    public static void Write(CanonicalWriter writer, Entry entry)
    {
        writer.WriteArray(FieldCount);
        writer.WriteInteger(Hashes.Format);
        writer.WriteChain(entry.Chain);
        writer.WriteInteger(entry.Index.Value);
        writer.WriteDigest(entry.Previous);
        writer.WriteInteger(entry.RecordedAt.Value);
        Write(writer, entry.Actor);
        writer.WriteBytes16(entry.CommandId.Value);
        Write(writer, entry.Command);
        writer.WriteNil();
        writer.WriteInteger(entry.Rules);
        writer.WriteArray(entry.Facts.Count);
        foreach (var fact in entry.Facts)
        {
            Write(writer, fact);
        }

        writer.WriteArray(entry.Events.Count);
        foreach (var @event in entry.Events)
        {
            Write(writer, @event);
        }

        writer.WriteBytes16(entry.Salt.Value);
    }

    /// <summary>Writes a command: [type, version, fields].</summary>
    public static void Write(CanonicalWriter writer, RecordedCommand command)
    {
        writer.WriteArray(3);
        writer.WriteInteger(command.Type);
        writer.WriteInteger(command.Version);
        writer.WriteEncoded(command.Fields.Span);
    }

    /// <summary>Writes an actor: [kind, key, role, on behalf of, person, channel, authentication].</summary>
    public static void Write(CanonicalWriter writer, Actor actor)
    {
        writer.WriteArray(7);
        writer.WriteInteger((long)actor.Id.Kind);
        writer.WriteText(actor.Id.Key.Value);
        writer.WriteInteger((long)actor.Role);
        if (actor.OnBehalfOf is { } party)
        {
            writer.WriteChain(party);
        }
        else
        {
            writer.WriteNil();
        }

        if (actor.Person is { } person)
        {
            writer.WriteText(person);
        }
        else
        {
            writer.WriteNil();
        }

        writer.WriteInteger((long)actor.Channel);
        if (actor.Authentication is { } authentication)
        {
            writer.WriteArray(2);
            writer.WriteDigest(authentication.Issuer);
            writer.WriteText(authentication.Method);
        }
        else
        {
            writer.WriteNil();
        }
    }

    /// <summary>Reads an entry whose parts stay views of <paramref name="bytes"/>.</summary>
    /// <exception cref="CanonicalFormatException">The bytes are not the canonical form of an entry.</exception>
    public static Entry Decode(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > Entry.SizeBytesMax)
        {
            throw new CanonicalFormatException(
                $"Expected an entry of at most {Entry.SizeBytesMax} bytes, found {bytes.Length}", 0);
        }

        var reader = new CanonicalReader(bytes.Span);
        reader.ExpectArray(FieldCount);
        _ = reader.ReadInteger(Hashes.Format, Hashes.Format);
        var chain = reader.ReadChain();
        if (!ChainId.HasChain(chain.Kind))
        {
            throw reader.Wrong($"A party of kind {(int)chain.Kind} has no chain");
        }

        var index = new EntryIndex(reader.ReadInteger(0, long.MaxValue));
        var previous = reader.ReadDigest();
        var recordedAt = reader.ReadTime();
        var actor = ReadActor(ref reader);
        var commandId = new CommandId(reader.ReadBytes16());
        var command = ReadCommand(ref reader, bytes);
        if (!reader.TryReadNil())
        {
            throw reader.Wrong("Rules 1 admit no authorization");
        }

        var entry = new Entry
        {
            Chain = chain,
            Index = index,
            Previous = previous,
            RecordedAt = recordedAt,
            Actor = actor,
            CommandId = commandId,
            Command = command,
            Rules = (int)reader.ReadInteger(1, int.MaxValue),
            Facts = ReadFacts(ref reader, bytes),
            Events = ReadEvents(ref reader, bytes),
            Salt = new(reader.ReadBytes16()),
        };
        reader.ExpectEnd();
        return entry;
    }

    private static void Write(CanonicalWriter writer, RecordedFact fact)
    {
        writer.WriteArray(6);
        writer.WriteChain(fact.Chain);
        writer.WriteInteger(fact.Head.Index.Value);
        writer.WriteDigest(fact.Head.Hash);
        writer.WriteInteger(fact.ReadAt.Value);
        writer.WriteInteger(fact.Type);
        writer.WriteEncoded(fact.Values.Span);
    }

    private static void Write(CanonicalWriter writer, RecordedEvent @event)
    {
        writer.WriteArray(3);
        writer.WriteInteger(@event.Type);
        writer.WriteInteger(@event.Version);
        if (@event.Fields is { } fields)
        {
            writer.WriteEncoded(fields.Span);
        }
        else
        {
            writer.WriteNil();
        }
    }

    /// <summary>Who gave a command, from its canonical form.</summary>
    /// <exception cref="CanonicalFormatException">The bytes are not the canonical form of an actor.</exception>
    public static Actor ReadActor(ref CanonicalReader reader)
    {
        reader.ExpectArray(7);
        var id = reader.ReadChainParts();
        var role = (Role)reader.ReadInteger((long)Role.Operator, (long)Role.System);
        ChainId? onBehalfOf = reader.TryReadNil() ? null : reader.ReadChain();
        var person = reader.TryReadNil() ? null : reader.ReadText(PersonSizeBytesMax);
        var channel = (Channel)reader.ReadInteger((long)Channel.Self, (long)Channel.Process);
        if (reader.TryReadNil())
        {
            return new(id, role, onBehalfOf, person, channel, Authentication: null);
        }

        reader.ExpectArray(2);
        var authentication = new Authentication(reader.ReadDigest(), reader.ReadText(MethodSizeBytesMax));
        return new(id, role, onBehalfOf, person, channel, authentication);
    }

    private static RecordedCommand ReadCommand(ref CanonicalReader reader, ReadOnlyMemory<byte> bytes)
    {
        reader.ExpectArray(3);
        var type = (int)reader.ReadInteger(1, TypeMax);
        var version = (int)reader.ReadInteger(1, TypeMax);
        var fields = ReadFields(ref reader, bytes);
        return fields.Length <= Entry.CommandSizeBytesMax
            ? new(type, version, fields)
            : throw reader.Wrong(
                $"Expected a command of at most {Entry.CommandSizeBytesMax} bytes, found {fields.Length}");
    }

    private static RecordedFact[] ReadFacts(ref CanonicalReader reader, ReadOnlyMemory<byte> bytes)
    {
        var count = reader.ReadArray();
        if (count > Entry.FactsMax)
        {
            throw reader.Wrong($"Expected at most {Entry.FactsMax} facts, found {count}");
        }

        var facts = count == 0 ? [] : new RecordedFact[count];
        for (var i = 0; i < count; i++)
        {
            reader.ExpectArray(6);
            var chain = reader.ReadChain();
            if (!ChainId.HasChain(chain.Kind))
            {
                throw reader.Wrong($"A party of kind {(int)chain.Kind} has no chain");
            }

            var head = new ChainHead(new(reader.ReadInteger(0, long.MaxValue)), reader.ReadDigest());
            facts[i] = new(
                chain, head, reader.ReadTime(), (int)reader.ReadInteger(1, TypeMax), ReadFields(ref reader, bytes));
        }

        return facts;
    }

    private static RecordedEvent[] ReadEvents(ref CanonicalReader reader, ReadOnlyMemory<byte> bytes)
    {
        var count = reader.ReadArray();
        if (count is < 1 or > Entry.EventsMax)
        {
            throw reader.Wrong($"Expected 1 to {Entry.EventsMax} events, found {count}");
        }

        var events = new RecordedEvent[count];
        for (var i = 0; i < count; i++)
        {
            reader.ExpectArray(3);
            var type = (int)reader.ReadInteger(1, TypeMax);
            var version = (int)reader.ReadInteger(1, TypeMax);

            // A bare null here would turn into an empty memory, by way of an array.
            var fields = reader.TryReadNil() ? default(ReadOnlyMemory<byte>?) : ReadFields(ref reader, bytes);
            events[i] = new(type, version, fields);
        }

        return events;
    }

    private static ReadOnlyMemory<byte> ReadFields(ref CanonicalReader reader, ReadOnlyMemory<byte> bytes)
    {
        var start = reader.Position;
        var encoded = reader.ReadFields();
        return bytes.Slice(start, encoded.Length);
    }
}
