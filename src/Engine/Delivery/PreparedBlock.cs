using Exchange.Engine.Contents;

namespace Exchange.Engine.Delivery;

// family: a block before it is filtered

/// <summary>Rows of one place in a block, opened.</summary>
/// <param name="Subject">What the licensee knows the subject by; empty where rows are about nobody.</param>
internal readonly record struct PreparedPiece(
    SubjectPlace? Place, ReadOnlyMemory<byte> Subject, ReadOnlyMemory<byte> Rows, int RowCount);

/// <summary>The next rows of the content, at most a block's; nothing is decided about them yet.</summary>
internal sealed class PreparedBlock
{
    private readonly List<PreparedPiece> _pieces = [];

    internal IReadOnlyList<PreparedPiece> Pieces => _pieces;

    internal int RowCount { get; private set; }

    internal long SizeBytes { get; private set; }

    internal void Add(PreparedPiece piece)
    {
        _pieces.Add(piece);
        RowCount += piece.RowCount;
        SizeBytes += piece.Rows.Length;
    }

    internal ImmutableArray<GrainKey> Households() => Distinct(place => place.Household);

    internal ImmutableArray<GrainKey> Identifiers() => Distinct(place => place.Identifier);

    // Ascending, each once. Pieces of one place come one behind the other.
    private ImmutableArray<GrainKey> Distinct(Func<SubjectPlace, GrainKey> keyOf)
    {
        var keys = new List<GrainKey>(_pieces.Count);
        SubjectPlace? last = null;
        foreach (var piece in _pieces)
        {
            if (piece.Place is { } place && !ReferenceEquals(place, last))
            {
                keys.Add(keyOf(place));
                last = place;
            }
        }

        keys.Sort();
        var distinct = ImmutableArray.CreateBuilder<GrainKey>(keys.Count);
        foreach (var key in keys)
        {
            if (distinct.Count == 0 || distinct[^1] != key)
            {
                distinct.Add(key);
            }
        }

        return distinct.DrainToImmutable();
    }
}
