using Exchange.Grains.Accesses;
using Exchange.Grains.Agreements;
using Exchange.Grains.Datasets;
using Exchange.Grains.Notices;

namespace Exchange.Engine.Evidence;

/// <summary>The content that entries name by digest, gathered while their chains are written.</summary>
internal sealed class NamedContents
{
    private readonly SortedDictionary<Digest, Ledger.ContentKind> _kinds = [];

    /// <summary>All names in ascending order of their digests.</summary>
    internal IEnumerable<Ledger.ContentName> Names =>
        _kinds.Select(pair => new Ledger.ContentName(pair.Value, pair.Key));

    /// <summary>The name under which the port keeps what a chain file carries under this one.</summary>
    internal static ContentName PortNameOf(Ledger.ContentName name) => new(
        name.Kind == Ledger.ContentKind.Manifest ? ContentKind.Manifest : ContentKind.Document, name.Digest);

    /// <summary>
    /// Takes what an entry names; revisions stay where they are, only the exchange may hand them out.
    /// </summary>
    internal void Add(Entry entry)
    {
        switch (WireCatalog.Read(entry.Command))
        {
            case PublishNotice notice:
                _kinds[notice.Document] = Ledger.ContentKind.Notice;
                break;
            case DeclareRevision revision:
                _kinds[revision.Document] = Ledger.ContentKind.Columns;
                break;
            case MakeOffer offer:
                _kinds[offer.Document] = Ledger.ContentKind.Offer;
                break;
            case RecordAccess { Household: null } access:
                _kinds[access.Households] = Ledger.ContentKind.Access;
                break;
            case EndDelivery { Manifest: { } manifest }:
                _kinds[manifest] = Ledger.ContentKind.Manifest;
                break;
        }
    }
}
