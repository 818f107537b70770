using Exchange.Grains.Datasets;

namespace Exchange.Grains.Facts;

// family: facts about datasets, each beside its question

/// <summary>A dataset's classes, and whether all columns asked about were ever declared.</summary>
[Wire(11)]
public sealed record DatasetFact(
    GrainKey Department, Classification Classification, SubjectLevel Level, bool ColumnsKnown) : Fact;

/// <summary>How is this dataset classified, and does it know these columns?</summary>
[Wire(11)]
public sealed record DatasetQuestion(ChainId Chain, ImmutableSortedSet<ColumnName> Columns) : FactQuestion(Chain)
{
    public override Fact? Answer(GrainState state) =>
        state is DatasetState { Details: { } details } dataset
            ? new DatasetFact(
                details.Department, details.Classification, details.Subject.Level,
                Columns.All(dataset.ColumnTypes.ContainsKey))
            : null;
}

/// <summary>What an offer stands for, as far as an agreement needs it.</summary>
[Wire(12)]
public sealed record OfferFact(
    GrainKey Department, Classification Classification, SubjectLevel Level, Digest Document, bool Retired,
    Period Period, long PriceFen, bool PurposeAllowed, bool ColumnsOffered) : Fact;

/// <summary>Does this offer allow this purpose and these columns?</summary>
[Wire(12)]
public sealed record OfferQuestion(
    ChainId Chain, GrainKey Offer, PurposeCode Purpose, ImmutableSortedSet<ColumnName> Columns) : FactQuestion(Chain)
{
    public override Fact? Answer(GrainState state) =>
        state is DatasetState { Details: { } details } dataset && dataset.Offers.TryGetValue(Offer, out var offer)
            ? new OfferFact(
                details.Department, details.Classification, details.Subject.Level, offer.Document, offer.Retired,
                offer.Terms.Period, offer.Terms.PriceFen, offer.Terms.Allowed.Contains(Purpose),
                Columns.IsSubsetOf(offer.Terms.Columns))
            : null;
}

/// <summary>The revision that a delivery would take, and the dataset's classes now.</summary>
/// <param name="Revision">Nothing where none is published.</param>
/// <param name="ColumnsPresent">Whether it has every column asked about.</param>
[Wire(13)]
public sealed record RevisionFact(
    Classification Classification, SubjectLevel Level, GrainKey? Revision, RevisionStatus? Status, bool ColumnsPresent)
    : Fact;

/// <summary>Which revision would a delivery of these columns take?</summary>
[Wire(13)]
public sealed record RevisionQuestion(ChainId Chain, GrainKey? Pinned, ImmutableSortedSet<ColumnName> Columns)
    : FactQuestion(Chain)
{
    public override Fact? Answer(GrainState state)
    {
        if (state is not DatasetState { Details: { } details } dataset)
        {
            return null;
        }

        return (Pinned ?? dataset.Latest) is { } key && dataset.Revisions.TryGetValue(key, out var revision)
            ? new RevisionFact(
                details.Classification, details.Subject.Level, key, revision.Status,
                Columns.IsSubsetOf(revision.Columns.Select(column => column.Name)))
            : new RevisionFact(details.Classification, details.Subject.Level, null, null, ColumnsPresent: false);
    }
}

/// <summary>
/// What the node measured while it stored a revision's content; cites the dataset's own chain. It can be measured again
/// only from the content, so a replay takes it as stated.
/// </summary>
[Wire(14)]
public sealed record ContentFact(
    GrainKey Revision, Digest Upload, Digest Content, long RowsStored, long RowsNotLinked, long SizeBytes) : Fact;

/// <summary>What was measured of this upload? Supplied by whoever stored it.</summary>
[Wire(14)]
public sealed record ContentQuestion(ChainId Chain, GrainKey Revision) : FactQuestion(Chain)
{
    public override Fact? Answer(GrainState state) => null;
}
