using Exchange.Grains.Households;

namespace Exchange.Api.Models;

// family: consents

/// <summary>How a consent was collected, where a paper was signed.</summary>
public sealed record CollectionBody(
    UnixMilliseconds? SignedAt = null, Digest? Scan = null,
    [Text(Sealing.PersonalTexts.SizeBytesMax)] string? PaperReference = null,
    [Text(Sealing.PersonalTexts.SizeBytesMax, Prose = true)] string? Note = null);

/// <summary>What is permitted, to whom, for what and until when.</summary>
/// <param name="Giver">The member who gives it; nothing where the household's token speaks for the household.</param>
/// <param name="Members">Whom it covers; empty means the whole household.</param>
public sealed record GrantConsentBody(
    NoticeReference Notice, ChainId Recipient, GrainKey Dataset, [Count(512)] ImmutableArray<ColumnName> Columns,
    [Count(32)] ImmutableArray<PurposeCode> Purposes, [Count(8)] ImmutableArray<ProcessingMethod> Methods,
    Period Validity, int RetentionDays, LegalBasis Basis = LegalBasis.Consent, Capacity Capacity = Capacity.Self,
    GrainKey? Giver = null, [Count(64)] ImmutableArray<GrainKey>? AuthorisedBy = null,
    [Count(64)] ImmutableArray<GrainKey>? Members = null, CollectionBody? Collection = null,
    GrainKey? Supersedes = null) : IRequestBody;

/// <param name="Id">The item's own idempotency key.</param>
public sealed record GrantConsentItem(CommandId Id, GrainKey Household, GrantConsentBody Consent);

public sealed record GrantConsentsBody([Count(Batch.ItemsMax)] ImmutableArray<GrantConsentItem> Items) : IRequestBody;

/// <param name="Means">The household's own token where nothing is said and the household confirms; else a second
/// officer.</param>
public sealed record ConfirmConsentBody(
    ConfirmationMeans? Means = null, [Text(Sealing.PersonalTexts.SizeBytesMax)] string? Witness = null,
    Digest? Scan = null) : IRequestBody;

/// <summary>What is absent stays; nothing can be made wider.</summary>
public sealed record NarrowConsentBody(
    [Count(512)] ImmutableArray<ColumnName>? Columns = null, [Count(32)] ImmutableArray<PurposeCode>? Purposes = null,
    [Count(8)] ImmutableArray<ProcessingMethod>? Methods = null, UnixMilliseconds? Until = null,
    int? RetentionDays = null) : IRequestBody;

/// <summary>Takes one consent back.</summary>
public sealed record WithdrawConsentBody(
    UnixMilliseconds? SignedAt = null, [Text(Sealing.PersonalTexts.SizeBytesMax, Prose = true)] string? Note = null)
    : IRequestBody;

/// <summary>Takes back all consents for a recipient, or every one.</summary>
public sealed record WithdrawScopeBody(
    WithdrawalScope Scope, ChainId? Recipient = null, UnixMilliseconds? SignedAt = null,
    [Text(Sealing.PersonalTexts.SizeBytesMax, Prose = true)] string? Note = null) : IRequestBody;

public sealed record InvalidateConsentBody(
    [Text(Sealing.PersonalTexts.SizeBytesMax, Prose = true)] string? Reason = null) : IRequestBody;

/// <summary>Where a consent stands at a moment; lapsed and expired are computed.</summary>
public enum ConsentStanding
{
    Recorded = 1,
    Given = 2,
    Withdrawn = 3,
    Invalidated = 4,
    Superseded = 5,
    Lapsed = 6,
    Expired = 7,
}

/// <summary>A consent as of a moment.</summary>
/// <param name="Live">Whether it authorises anything at that moment.</param>
public sealed record ConsentView(
    GrainKey Id, GrainKey Household, ConsentStanding Status, bool Live, GrainKey? Giver, Capacity Capacity,
    IReadOnlyCollection<GrainKey> AuthorisedBy, IReadOnlyCollection<GrainKey> Members, NoticeReference Notice,
    ChainId Recipient, GrainKey Dataset, IReadOnlyCollection<ColumnName> Columns,
    IReadOnlyCollection<PurposeCode> Purposes, IReadOnlyCollection<ProcessingMethod> Methods, Period Validity,
    int RetentionDays, LegalBasis Basis, EntryIndex Entry, UnixMilliseconds RecordedAt, UnixMilliseconds? ConfirmedAt,
    UnixMilliseconds? EndedAt, GrainKey? Supersedes)
{
    internal static ValueTask<ConsentView> Of(Call call, ConsentRow row, UnixMilliseconds asOf) =>
        ValueTask.FromResult(Of(row, asOf));

    internal static ConsentView Of(ConsentRow row, UnixMilliseconds asOf)
    {
        var consent = row.Consent;
        var terms = consent.Terms;
        var standing = ConsentStandings.Of(consent, asOf);
        return new(
            consent.Id, row.Chain.Key, standing, ConsentRules.IsLive(consent, asOf), consent.Giver,
            consent.Capacity, consent.AuthorisedBy, terms.Members, terms.Notice, terms.Recipient, terms.Dataset,
            terms.Columns, terms.Purposes, terms.Methods, terms.Validity, terms.RetentionDays, terms.Basis,
            consent.Entry, consent.RecordedAt, consent.ConfirmedAt, consent.EndedAt, consent.Supersedes);
    }
}

/// <summary>
/// What a withdrawal ended, and the deliveries of those datasets to those recipients that were in progress then: their
/// earlier blocks may hold rows of the household, their later ones do not.
/// </summary>
public sealed record WithdrawalView(IReadOnlyList<ConsentView> Ended, IReadOnlyList<GrainKey> DeliveriesInProgress);
