using Exchange.Grains.Agreements.Manifests;

namespace Exchange.Grains.Replay;

/// <summary>What leaves claim of identifiers, put aside until those are replayed. Not thread-safe.</summary>
internal sealed class LinkClaims(IChainSpool spool, ImmutableArray<AuditedDelivery> deliveries)
{
    private const int FieldCount = 5;

    private IEnumerator<SpoolItem>? _items;
    private bool _any;

    internal void Add(int delivery, ManifestLeaf leaf, UnixMilliseconds at)
    {
        var writer = new CanonicalWriter();
        writer.WriteArray(FieldCount);
        writer.WriteInteger(delivery);
        writer.WriteInteger(leaf.Block);
        writer.WriteInteger(at.Value);
        writer.WriteText(leaf.Household.Value);
        if (leaf.Member is { } member)
        {
            writer.WriteText(member.Value);
        }
        else
        {
            writer.WriteNil();
        }

        spool.Add(new(new(GrainKind.Identifier, leaf.Identifier), leaf.Link, writer.ToArray()));
    }

    /// <summary>All that is left, once no identifier follows.</summary>
    internal IEnumerable<(AuditClaim Claim, ChainId Identifier)> TakeAll() => TakeWhile(through: null);

    /// <summary>Those of an identifier, and before them those of identifiers that were not there.</summary>
    internal IEnumerable<(AuditClaim Claim, ChainId Identifier)> TakeThrough(ChainId identifier) =>
        TakeWhile(identifier);

    private IEnumerable<(AuditClaim Claim, ChainId Identifier)> TakeWhile(ChainId? through)
    {
        if (_items is null)
        {
            _items = spool.Drain().GetEnumerator();
            _any = _items.MoveNext();
        }

        for (; _any && (through is not { } last || _items.Current.Chain <= last); _any = _items.MoveNext())
        {
            yield return (Read(_items.Current), _items.Current.Chain);
        }
    }

    private LinkClaim Read(SpoolItem item)
    {
        var reader = new CanonicalReader(item.Body.Span);
        reader.ExpectArray(FieldCount);
        var delivery = deliveries[(int)reader.ReadInteger()];
        var block = (int)reader.ReadInteger();
        var at = reader.ReadTime();
        var household = GrainKey.Parse(reader.ReadText(GrainKey.LengthMax));
        GrainKey? member = reader.TryReadNil() ? null : GrainKey.Parse(reader.ReadText(GrainKey.LengthMax));
        return new(delivery, block, item.Index, at, household, member);
    }
}
