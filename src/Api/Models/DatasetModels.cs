using Exchange.Grains.Datasets;

namespace Exchange.Api.Models;

// family: datasets, revisions, offers

public sealed record PublishDatasetBody(
    DatasetDescription Description, Classification Classification, SubjectKey Subject, GrainKey? Id = null)
    : IRequestBody;

public sealed record CorrectDatasetBody(DatasetDescription Description) : IRequestBody;

public sealed record ReclassifyDatasetBody(Classification Classification) : IRequestBody;

public sealed record DatasetView(
    GrainKey Id, GrainKey Department, DatasetDescription Description, Classification Classification,
    SubjectKey Subject, GrainKey? LatestRevision)
{
    internal static ValueTask<DatasetView> Of(Call call, DatasetRow row, UnixMilliseconds asOf) =>
        ValueTask.FromResult(Of(row));

    internal static DatasetView Of(DatasetRow row) => new(
        row.Chain.Key, row.Department, row.Description, row.Classification, row.Subject, row.Latest);
}

/// <summary>A column as declared, with its meaning.</summary>
public sealed record ColumnBody(
    ColumnName Name, ColumnType Type, bool Required = false, [Text(1024, Prose = true)] string Meaning = "");

public sealed record DeclareRevisionBody([Count(512)] ImmutableArray<ColumnBody> Columns) : IRequestBody;

/// <param name="RowsStored">Rows that can be delivered.</param>
/// <param name="RowsNotLinked">Rows whose key was not linked at upload.</param>
public sealed record RevisionView(
    GrainKey Id, GrainKey Dataset, RevisionStatus Status, IReadOnlyList<Column> Columns, Digest ColumnList,
    Digest? Content, long RowsStored, long RowsNotLinked, long SizeBytes, EntryIndex Declared, EntryIndex? Published)
{
    internal static ValueTask<RevisionView> Of(Call call, RevisionRow row, UnixMilliseconds asOf) =>
        ValueTask.FromResult(Of(row));

    internal static RevisionView Of(RevisionRow row) => new(
        row.Key, row.Chain.Key, row.Revision.Status, row.Revision.Columns, row.Revision.Document, row.Revision.Content,
        row.Revision.RowsStored, row.Revision.RowsNotLinked, row.Revision.SizeBytes, row.Revision.Declared,
        row.Revision.Published);
}

public sealed record MakeOfferBody(
    [Count(512)] ImmutableArray<ColumnName> Columns, [Count(64)] ImmutableArray<PurposeCode> Purposes, Period Period,
    long PriceFen = 0, ImpactAssessment? Assessment = null) : IRequestBody;

public sealed record OfferView(
    GrainKey Id, GrainKey Dataset, Digest Digest, IReadOnlyCollection<ColumnName> Columns,
    IReadOnlyCollection<PurposeCode> Purposes, Period Period, long PriceFen, ImpactAssessment? Assessment, bool Retired)
{
    internal static ValueTask<OfferView> Of(Call call, OfferRow row, UnixMilliseconds asOf) =>
        ValueTask.FromResult(Of(row));

    internal static OfferView Of(OfferRow row) => new(
        row.Key, row.Chain.Key, row.Offer.Document, row.Offer.Terms.Columns, row.Offer.Terms.Allowed,
        row.Offer.Terms.Period, row.Offer.Terms.PriceFen, row.Offer.Terms.Assessment, row.Offer.Retired);
}
