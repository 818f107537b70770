namespace Exchange.Grains.Datasets;

// family: what datasets name by digest

/// <summary>The content that <see cref="DeclareRevision.Document"/> names (tag 0x19).</summary>
public sealed record ColumnList([Count(512)] ImmutableArray<DescribedColumn> Columns);

/// <summary>A column with its meaning.</summary>
public sealed record DescribedColumn(
    ColumnName Name, ColumnType Type, bool Required, [Text(1024, Prose = true)] string Meaning);

/// <summary>The content that <see cref="MakeOffer.Document"/> names (tag 0x19).</summary>
public sealed record OfferDocument(GrainKey Dataset, GrainKey Offer, OfferTerms Terms);
