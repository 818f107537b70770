namespace Exchange.Api.Models;

// family: exports, audits, chains

/// <param name="Period">Deliveries that began in it; all of them where nothing is said.</param>
public sealed record StartAuditBody(Period? Period = null) : IRequestBody;

/// <param name="Done">Chains or deliveries that are done.</param>
/// <param name="Violations">What an audit found unlawful.</param>
/// <param name="Missing">Content that the exported entries name and the node does not have; the first hundred.</param>
public sealed record EvidenceView(
    GrainKey Id, EvidenceKind Kind, EvidenceStage Status, UnixMilliseconds StartedAt, long Done, long? SizeBytes,
    long? Violations, string? Content, IReadOnlyList<Digest> Missing)
{
    internal static EvidenceView Of(EvidenceStatus status) => new(
        status.Request.Id, status.Kind, status.Stage, status.StartedAt, status.Done, status.SizeBytes,
        status.Violations,
        status.Stage == EvidenceStage.Ready ? $"{PathOf(status.Kind)}/{status.Request.Id}/content" : null,
        status.Missing);

    internal static string PathOf(EvidenceKind kind) => kind == EvidenceKind.Export ? "/v1/exports" : "/v1/audits";
}

public sealed record ChainView(ChainId Chain, EntryIndex Index, Digest Hash);

public sealed record EventView(string Name, int Type, int Version);

public sealed record FactView(string Name, ChainId Chain, long Index, Digest Hash, UnixMilliseconds ReadAt);

/// <summary>An entry: what it says in words, and its bytes, which are what counts.</summary>
/// <param name="Bytes">The canonical bytes in base64; their hash with tag 0x00 is <paramref name="Hash"/>.</param>
public sealed record EntryView(
    ChainId Chain, EntryIndex Index, Digest Hash, Digest Previous, UnixMilliseconds RecordedAt, ChainId Actor,
    string Role, ChainId? OnBehalfOf, string? Person, Channel Channel, CommandId CommandId, EventView Command,
    int Rules, IReadOnlyList<FactView> Facts, IReadOnlyList<EventView> Events, string Bytes)
{
    internal static EntryView Of(ReadOnlyMemory<byte> bytes)
    {
        var entry = EntryCodec.Decode(bytes);
        var command = WireCatalog.Read(entry.Command);
        return new(
            entry.Chain, entry.Index, Hashes.Entry(bytes.Span), entry.Previous, entry.RecordedAt, entry.Actor.Id,
            Problems.NameOf(entry.Actor.Role), entry.Actor.OnBehalfOf, entry.Actor.Person, entry.Actor.Channel,
            entry.CommandId, new(command.GetType().Name, entry.Command.Type, entry.Command.Version), entry.Rules,
            [.. entry.Facts.Select(fact => new FactView(
                WireCatalog.Read(fact).Value.GetType().Name, fact.Chain, fact.Head.Index.Value, fact.Head.Hash,
                fact.ReadAt))],
            [.. entry.Events.Select(@event => new EventView(
                WireCatalog.Read(@event, entry.Command).GetType().Name, @event.Type, @event.Version))],
            Convert.ToBase64String(bytes.Span));
    }
}
