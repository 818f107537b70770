namespace Exchange.Grains.Datasets;

// family: what happened to a dataset

/// <summary>What the chain of a dataset records, from publication to its latest offer.</summary>
public abstract record DatasetEvent : Event
{
    private protected DatasetEvent()
    {
    }
}

[Wire(701)]
public sealed record DatasetPublished(
    GrainKey Department, DatasetDescription Description, Classification Classification, SubjectKey Subject)
    : DatasetEvent;

[Wire(702)]
public sealed record DatasetCorrected(DatasetDescription Description) : DatasetEvent;

[Wire(703)]
public sealed record DatasetReclassified(Classification Classification) : DatasetEvent;

[Wire(711)]
public sealed record RevisionDeclared(
    GrainKey Revision, [Count(512)] ImmutableArray<Column> Columns, Digest Document) : DatasetEvent;

/// <summary>A revision's content is durable and can be delivered.</summary>
/// <param name="Content">The Merkle root over salted commitments; SHA-256 where no persons are in it.</param>
/// <param name="RowsStored">Rows that can be delivered.</param>
/// <param name="RowsNotLinked">Rows whose key was not linked at upload; counted and not stored.</param>
[Wire(712)]
public sealed record RevisionPublished(
    GrainKey Revision, Digest Upload, Digest Content, long RowsStored, long RowsNotLinked, long SizeBytes)
    : DatasetEvent;

[Wire(713)]
public sealed record RevisionRevoked(GrainKey Revision, [Text(512)] string Reason) : DatasetEvent;

[Wire(721)]
public sealed record OfferMade(GrainKey Offer, Digest Document, OfferTerms Terms) : DatasetEvent;

[Wire(722)]
public sealed record OfferRetired(GrainKey Offer) : DatasetEvent;
