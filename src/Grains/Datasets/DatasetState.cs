namespace Exchange.Grains.Datasets;

// family: the state of a dataset

public enum RevisionStatus
{
    Declared = 1,
    Published = 2,
    Superseded = 3,
    Revoked = 4,
}

/// <summary>A revision. Column order is that of the content.</summary>
/// <param name="Document">The digest of the column list with meanings.</param>
/// <param name="RowsNotLinked">Rows whose key was not linked at upload; counted and not stored.</param>
public sealed record Revision(
    [Count(512)] ImmutableArray<Column> Columns, RevisionStatus Status, EntryIndex Declared, EntryIndex? Published,
    Digest? Upload, Digest? Content, long RowsStored, Digest Document, long RowsNotLinked, long SizeBytes);

/// <summary>An offer in force until it is retired or its period ends.</summary>
public sealed record Offer(Digest Document, OfferTerms Terms, bool Retired);

/// <summary>What stands fast since publication, the current classes and the current description.</summary>
public sealed record DatasetDetails(
    GrainKey Department, Classification Classification, SubjectKey Subject, DatasetDescription Description);

/// <summary>What decisions about a dataset, its revisions and its offers rest on.</summary>
/// <param name="ColumnTypes">Every column ever declared: the same name never changes its type.</param>
/// <param name="Latest">The latest published revision that is not revoked.</param>
public sealed record DatasetState(
    DatasetDetails? Details, [Count(65536)] ImmutableSortedDictionary<ColumnName, ColumnType> ColumnTypes,
    [Count(65536)] ImmutableSortedDictionary<GrainKey, Revision> Revisions, GrainKey? Latest,
    [Count(65536)] ImmutableSortedDictionary<GrainKey, Offer> Offers) : GrainState
{
    public static readonly DatasetState Initial = new(
        null, ImmutableSortedDictionary<ColumnName, ColumnType>.Empty,
        ImmutableSortedDictionary<GrainKey, Revision>.Empty, null, ImmutableSortedDictionary<GrainKey, Offer>.Empty);
}
