namespace Exchange.Grains.Datasets;

// family: the rows of a dataset

/// <summary>A dataset in the catalogue.</summary>
public sealed record DatasetRow(
    ChainId Chain, GrainKey Department, DatasetDescription Description, Classification Classification,
    SubjectKey Subject, GrainKey? Latest) : Row(Chain, "")
{
    public override RowTable Table => RowTable.Dataset;

    public override ImmutableArray<RowValue> Columns =>
        [RowValue.Of(Department), RowValue.Of((long)Classification.Opening)];
}

/// <summary>A revision. The item is the revision's key.</summary>
public sealed record RevisionRow(ChainId Chain, GrainKey Key, Revision Revision) : Row(Chain, Key.Value)
{
    public override RowTable Table => RowTable.Revision;

    // Found by its own key alone too: /v1/revisions/{id}.
    public override ImmutableArray<RowValue> Columns => [RowValue.Of((long)Revision.Status)];
}

/// <summary>An offer. The item is the offer's key.</summary>
public sealed record OfferRow(ChainId Chain, GrainKey Key, Offer Offer) : Row(Chain, Key.Value)
{
    public override RowTable Table => RowTable.Offer;

    public override ImmutableArray<RowValue> Columns => [RowValue.Of(Offer.Retired ? 1 : 0)];
}
