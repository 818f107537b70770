using Exchange.Grains.Agreements;
using Exchange.Grains.Agreements.Manifests;

namespace Exchange.Api.Models;

// family: agreements, deliveries

/// <summary>Takes up an offer.</summary>
/// <param name="OfferDigest">The offer's digest as the caller read it; that of the offer where nothing is said.</param>
/// <param name="Columns">Some of the offer's columns; all of them where nothing is said.</param>
/// <param name="PinnedRevision">One revision for ever; the latest at each delivery where nothing is said.</param>
public sealed record RequestAgreementBody(
    GrainKey Dataset, GrainKey Offer, PurposeCode Purpose, Period Period, LawfulBasis Basis = LawfulBasis.Consent,
    Digest? OfferDigest = null, [Count(512)] ImmutableArray<ColumnName>? Columns = null,
    GrainKey? PinnedRevision = null) : IRequestBody;

public sealed record RetryAgreementBody(RegistrationStep Step) : IRequestBody;

/// <param name="Columns">Some of the columns agreed; all of them where nothing is said.</param>
public sealed record StartDeliveryBody([Count(512)] ImmutableArray<ColumnName>? Columns = null) : IRequestBody;

public sealed record AgreementView(
    GrainKey Id, AgreementStatus Status, ChainId Licensor, ChainId Licensee, LawfulBasis Basis, PurposeCode Purpose,
    Period Period, GrainKey Dataset, GrainKey Offer, Digest OfferDigest, IReadOnlyCollection<ColumnName> Columns,
    GrainKey? PinnedRevision, IReadOnlyDictionary<RegistrationStep, RegistrationStatus> Registrations)
{
    internal static ValueTask<AgreementView> Of(Call call, AgreementRow row, UnixMilliseconds asOf) =>
        ValueTask.FromResult(Of(row));

    internal static AgreementView Of(AgreementRow row) => new(
        row.Chain.Key, row.Status, row.Terms.Licensor, row.Terms.Licensee, row.Terms.Basis, row.Terms.Purpose,
        row.Terms.Period, row.Terms.Dataset, row.Terms.Offer, row.Terms.OfferDocument, row.Terms.Columns,
        row.Terms.PinnedRevision, row.Registrations);
}

/// <param name="Status">Running, or how it ended.</param>
/// <param name="Sha256">Of the bytes before any compression; nothing while it runs and when it was lost.</param>
public sealed record DeliveryView(
    GrainKey Id, GrainKey Agreement, GrainKey Dataset, GrainKey Revision, DeliveryStatus Status,
    UnixMilliseconds StartedAt, IReadOnlyCollection<ColumnName> Columns, PurposeCode Purpose, LawfulBasis Basis,
    long? Rows, long? SizeBytes, Digest? Sha256, UnixMilliseconds? EndedAt)
{
    internal static ValueTask<DeliveryView> Of(Call call, DeliveryRow row, UnixMilliseconds asOf) =>
        ValueTask.FromResult(Of(row));

    internal static DeliveryView Of(DeliveryRow row) => new(
        row.Key, row.Chain.Key, row.Dataset, row.Revision, row.End?.Outcome switch
        {
            null => DeliveryStatus.Running,
            DeliveryOutcome.Complete => DeliveryStatus.Complete,
            DeliveryOutcome.Aborted => DeliveryStatus.Aborted,
            _ => DeliveryStatus.Lost,
        },
        row.StartedAt, row.DeliveredColumns, row.Purpose, row.Basis, row.End?.Rows, row.End?.SizeBytes,
        row.End?.Sha256, row.End?.EndedAt);
}

public enum DeliveryStatus
{
    Running = 1,
    Complete = 2,
    Aborted = 3,
    Lost = 4,
}

/// <summary>What a delivery's manifest says in sum: for licensor and regulator, never for the licensee.</summary>
public sealed record ManifestSummaryView(
    GrainKey Delivery, Digest Root, GrainKey Agreement, GrainKey Dataset, GrainKey Revision,
    IReadOnlyCollection<ColumnName> Columns, int BlockCount, long Rows, IReadOnlyList<WithheldCount> Withheld);
