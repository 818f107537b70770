using Exchange.Engine.Ports;
using Exchange.Grains.Accesses;
using Exchange.Grains.Agreements;
using Exchange.Grains.Datasets;
using Exchange.Grains.Notices;

namespace Exchange.Engine.Contents;

/// <summary>
/// Collects what uploads left behind that never came to their command: drafts, and content that no row names. Only
/// while nothing else runs on the store, before a node listens.
/// </summary>
public static class OrphanedContent
{
    private const int PageRows = 1000;

    private static readonly ImmutableArray<RowTable> Naming =
        [RowTable.Notice, RowTable.Revision, RowTable.Offer, RowTable.Delivery, RowTable.Access];

    /// <summary>Removes it; answers how many pieces.</summary>
    public static async ValueTask<int> CollectAsync(
        IRowStore rows, IContentStore contents, CancellationToken cancellationToken)
    {
        HashSet<ContentName> named = [];
        foreach (var table in Naming)
        {
            await foreach (var row in RowsOfAsync(rows, table, cancellationToken))
            {
                named.UnionWith(NamesIn(row));
            }
        }

        return await contents.CollectAsync(named.Contains, cancellationToken);
    }

    private static IEnumerable<ContentName> NamesIn(Row row) => row switch
    {
        NoticeRow notice => notice.Documents.Values.Select(Document),
        RevisionRow { Revision: var revision } => revision.Content is { } content
            ? [Document(revision.Document), new(ContentKind.Revision, content)]
            : [Document(revision.Document)],
        OfferRow offer => [Document(offer.Offer.Document)],
        DeliveryRow { End.Manifest: { } manifest } => [new(ContentKind.Manifest, manifest)],
        AccessRow access => [Document(access.Access.Households)],
        _ => [],
    };

    private static ContentName Document(Digest digest) => new(ContentKind.Document, digest);

    private static async IAsyncEnumerable<Row> RowsOfAsync(
        IRowStore rows, RowTable table,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RowCursor? after = null;
        while (true)
        {
            var page = await rows.ListAsync(new(table, RowFilter.All, []), after, PageRows, cancellationToken);
            foreach (var row in page)
            {
                yield return row;
            }

            if (page.Length < PageRows)
            {
                yield break;
            }

            after = new(page[^1].Chain, page[^1].Item);
        }
    }
}
