using System.Buffers;
using Exchange.Engine.Ports;
using Exchange.Grains.Datasets;
using Exchange.Signing;

namespace Exchange.Engine.Contents;

/// <summary>
/// Gives rows of an upload their places: looks up in bulk whom the department's numbers stand for now, and counts the
/// rows of numbers that stand for nobody. Not thread-safe.
/// </summary>
internal sealed class LinkedRows(
    IRowStore rows, ReadOnlyMemory<byte> indexSecret, ChainId dataset, DatasetDetails details, RowSorter sorter)
{
    private const int IdentifiersMax = 1000;
    private const int RowsMax = 20_000;
    private const int SizeBytesMax = 4 * 1024 * 1024;

    private readonly Dictionary<string, GrainKey> _identifiers = new(StringComparer.Ordinal);
    private readonly List<Waiting> _waiting = [];
    private readonly ArrayBufferWriter<byte> _bytes = new(64 * 1024);

    internal long NotLinked { get; private set; }

    internal async ValueTask AddAsync(
        CsvRows row, int keyCell, ReadOnlyMemory<int> keptCells, CancellationToken cancellationToken)
    {
        var number = System.Text.Encoding.UTF8.GetString(row.CellAt(keyCell));
        if (!_identifiers.TryGetValue(number, out var identifier))
        {
            identifier = SecretIds.IdentifierKey(
                indexSecret.Span, details.Department, details.Subject.Scheme!.Value.Value, number);
            _identifiers.Add(number, identifier);
        }

        var start = _bytes.WrittenCount;
        RowEncoding.Append(_bytes, row, keptCells.Span);
        _waiting.Add(new(identifier, start, _bytes.WrittenCount - start));
        if (_identifiers.Count == IdentifiersMax || _waiting.Count == RowsMax || _bytes.WrittenCount > SizeBytesMax)
        {
            await LinkAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Links what waits; call it behind the last row.</summary>
    internal async ValueTask LinkAsync(CancellationToken cancellationToken)
    {
        // A block's read is asked without households: only its links are wanted.
        var view = await rows.ReadBlockAsync(
            new(dataset.Key, dataset, [], [.. _identifiers.Values.Order()], []), cancellationToken)
            .ConfigureAwait(false);
        var places = new Dictionary<GrainKey, SubjectPlace>();
        foreach (var (identifier, link) in view.Links)
        {
            if (details.Subject.Level == SubjectLevel.Household || link.Member is not null)
            {
                var member = details.Subject.Level == SubjectLevel.Member ? link.Member : null;
                places.Add(identifier, new(link.Household, member, identifier, link.Entry));
            }
        }

        foreach (var waiting in _waiting)
        {
            if (places.TryGetValue(waiting.Identifier, out var place))
            {
                sorter.Add(place, _bytes.WrittenSpan.Slice(waiting.Start, waiting.SizeBytes));
            }
            else
            {
                NotLinked++;
            }
        }

        _identifiers.Clear();
        _waiting.Clear();
        _bytes.ResetWrittenCount();
    }

    private readonly record struct Waiting(GrainKey Identifier, int Start, int SizeBytes);
}
