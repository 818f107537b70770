using System.Globalization;
using System.Text;
using Exchange.Grains.Accesses;
using Exchange.Grains.Agreements;
using Exchange.Grains.Datasets;
using Exchange.Grains.Notices;
using Exchange.Grains.Rules;
using Exchange.Ledger;

namespace Exchange.Verify;

/// <summary>
/// Compares the content that the chains name with what the file holds. Both may be many: names are sorted outside
/// memory
/// and merged with the file's own order.
/// </summary>
internal sealed class NamedContent : IDisposable
{
    private const int ChunkSizeBytes = 8 * 1024 * 1024;

    private readonly SortedSpool _names = new(ChunkSizeBytes);
    private readonly byte[] _record = new byte[Digest.SizeBytes + 1 + GrainKey.LengthMax + 64];

    /// <summary>How many manifests are named that the file does not hold.</summary>
    internal long ManifestsMissing { get; private set; }

    /// <summary>How many other documents are named that the file does not hold.</summary>
    internal long DocumentsMissing { get; private set; }

    /// <summary>How many items the file holds that no chain names.</summary>
    internal long Unnamed { get; private set; }

    /// <summary>How many items the file holds.</summary>
    internal long Held { get; private set; }

    /// <summary>Where the first missing manifest is named.</summary>
    internal Finding? FirstManifestMissing { get; private set; }

    /// <summary>Where the first missing document is named.</summary>
    internal string? FirstDocumentMissing { get; private set; }

    /// <summary>Takes the names that the events of one entry give.</summary>
    internal void Add(ChainId chain, EntryIndex index, ImmutableArray<Event> events)
    {
        foreach (var each in events)
        {
            if (NameIn(each) is { } name)
            {
                name.Digest.Span.CopyTo(_record);
                _record[Digest.SizeBytes] = name.IsManifest ? (byte)1 : (byte)0;
                var size = Encoding.ASCII.GetBytes(
                    string.Create(CultureInfo.InvariantCulture, $"{chain} {index.Value}"),
                    _record.AsSpan(Digest.SizeBytes + 1));
                _names.Add(_record.AsSpan(0, Digest.SizeBytes + 1 + size));
            }
        }
    }

    /// <summary>Merges names and content, once, after the last entry.</summary>
    internal void Compare(ChainFileReader file)
    {
        using var items = file.ReadContent().GetEnumerator();
        var held = Next(items);
        var heldIsNamed = false;
        foreach (var record in _names.ReadSorted())
        {
            var wanted = new Digest(record.Span[..Digest.SizeBytes]);
            while (held is { } passed && passed < wanted)
            {
                Unnamed += heldIsNamed ? 0 : 1;
                heldIsNamed = false;
                held = Next(items);
            }

            if (held == wanted)
            {
                heldIsNamed = true;
            }
            else
            {
                Miss(wanted, record.Span);
            }
        }

        for (; held is not null; held = Next(items))
        {
            Unnamed += heldIsNamed ? 0 : 1;
            heldIsNamed = false;
        }
    }

    public void Dispose() => _names.Dispose();

    private Digest? Next(IEnumerator<ContentItem> items)
    {
        if (!items.MoveNext())
        {
            return null;
        }

        Held++;
        return items.Current.Name.Digest;
    }

    private void Miss(Digest wanted, ReadOnlySpan<byte> record)
    {
        var place = Encoding.ASCII.GetString(record[(Digest.SizeBytes + 1)..]);
        if (record[Digest.SizeBytes] == 0)
        {
            DocumentsMissing++;
            FirstDocumentMissing ??= $"{wanted}, named by {place}";
            return;
        }

        ManifestsMissing++;
        var space = place.IndexOf(' ', StringComparison.Ordinal);
        FirstManifestMissing ??= Finding.At(
            ChainId.Parse(place[..space]), new(long.Parse(place[(space + 1)..], CultureInfo.InvariantCulture)),
            $"manifest {wanted} among the content", "no such content: the delivery cannot be audited");
    }

    private static (Digest Digest, bool IsManifest)? NameIn(Event each) => each switch
    {
        NoticePublished notice => (notice.Document, false),
        RevisionDeclared revision => (revision.Document, false),
        OfferMade offer => (offer.Document, false),
        AccessRecorded access => (access.Households, false),
        DeliveryEnded { Manifest: { } manifest } => (manifest, true),
        _ => null,
    };
}
