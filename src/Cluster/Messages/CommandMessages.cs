namespace Exchange.Cluster.Messages;

/// <summary>Between a command and its message.</summary>
public static class CommandMessages
{
    /// <summary>The message of a command, in one of the forms that this build writes.</summary>
    /// <exception cref="ArgumentException">The command holds what its own form does not admit.</exception>
    public static CommandMessage Of(CommandRequest request, int version)
    {
        var recorded = WireCatalog.Record(request.Command);
        var actor = new CanonicalWriter();
        EntryCodec.Write(actor, request.Actor);
        return new(
            version, request.Chain.ToString(), request.Id.Value.ToArray(), actor.ToArray(), recorded.Type,
            recorded.Version, recorded.Fields.ToArray(),
            request.ExpectedHead is { } head ? HeadMessages.Of(head) : null,
            request.Supplied.IsDefault ? [] : [.. request.Supplied.Select(Of)]);
    }

    /// <summary>The command of a message.</summary>
    /// <exception cref="CanonicalFormatException">Another node sent what is no command.</exception>
    public static CommandRequest Read(CommandMessage message)
    {
        var actor = new CanonicalReader(message.Actor);
        var who = EntryCodec.ReadActor(ref actor);
        actor.ExpectEnd();
        return new(
            ChainId.Parse(message.Chain), new(Bytes16.From(message.Id)), who,
            WireCatalog.Read(new RecordedCommand(message.Type, message.TypeVersion, message.Fields)),
            message.Expected is { } head ? HeadMessages.Read(head) : null, [.. message.Supplied.Select(Read)]);
    }

    private static FactMessage Of(CitedFact fact)
    {
        var recorded = WireCatalog.Record(fact);
        return new(
            recorded.Chain.ToString(), HeadMessages.Of(recorded.Head), recorded.ReadAt.Value, recorded.Type,
            recorded.Values.ToArray());
    }

    private static CitedFact Read(FactMessage fact) => WireCatalog.Read(new RecordedFact(
        ChainId.Parse(fact.Chain), HeadMessages.Read(fact.Head), new(fact.ReadAt), fact.Type, fact.Values));
}

/// <summary>Between a head and its message.</summary>
internal static class HeadMessages
{
    internal static HeadMessage Of(ChainHead head) => new(head.Index.Value, head.Hash.ToArray());

    internal static ChainHead Read(HeadMessage head) => new(new(head.Index), new Digest(head.Hash));
}
