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

    internal ImmutableArray<GrainKey> Households() => Distinct(piece => piece.Place?.Household);

    internal ImmutableArray<GrainKey> Identifiers() => Distinct(piece => piece.Place?.Identifier);

    private ImmutableArray<GrainKey> Distinct(Func<PreparedPiece, GrainKey?> keyOf) =>
        [.. _pieces.Select(keyOf).OfType<GrainKey>().Distinct().Order()];
}
