using Exchange.Engine.Ports;
using Exchange.Grains.Accesses;
using Exchange.Grains.Agreements;
using Exchange.Grains.Datasets;
using Exchange.Grains.Notices;

namespace Exchange.Engine.Contents;

/// <summary>
/// Collects what uploads left behind that never came to their command: drafts, and content that no row names. Others
/// may upload meanwhile: what was kept lately stays, for its entry may come after the rows were read.
/// </summary>
public static class OrphanedContent
{
    /// <summary>
    /// Longer than any command takes from keeping its content to being stored, even in a process that stood still.
    /// </summary>
    public static readonly TimeSpan UnkeptFor = TimeSpan.FromHours(24);

    private static readonly ImmutableArray<RowTable> Naming =
        [RowTable.Notice, RowTable.Revision, RowTable.Offer, RowTable.Delivery, RowTable.Access];

    /// <summary>Removes it; answers how many pieces.</summary>
    public static async ValueTask<int> CollectAsync(
        IRowStore rows, IContentStore contents, TimeProvider time, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        HashSet<ContentName> named = [];
        foreach (var table in Naming)
        {
            var all = new RowQuery(table, RowFilter.All, []);
            await foreach (var row in rows.ReadAllAsync<Row>(all, cancellationToken))
            {
                named.UnionWith(NamesIn(row));
            }
        }

        // Counted from the first look: what was kept since then is younger than this, however long the look took.
        return await contents.CollectAsync(
            named.Contains, UnkeptFor + time.GetElapsedTime(began), cancellationToken);
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
}
