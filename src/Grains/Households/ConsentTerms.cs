namespace Exchange.Grains.Households;

// family: the terms of a consent

/// <summary>In what capacity the giver acts.</summary>
public enum Capacity
{
    /// <summary>For itself: a household's own token, or one adult for the data about itself.</summary>
    Self = 1,

    /// <summary>A guardian for a minor.</summary>
    Guardian = 2,

    /// <summary>One member, authorised by the others that are covered.</summary>
    Authorised = 3,
}

/// <summary>What the recipient may do with the data.</summary>
public enum ProcessingMethod
{
    Collect = 1,
    Store = 2,
    Use = 3,
    Combine = 4,
    Analyse = 5,
    Transmit = 6,
    Provide = 7,
    Disclose = 8,
}

/// <summary>The legal basis that a consent states.</summary>
public enum LegalBasis
{
    Consent = 1,
    ExplicitConsent = 2,
}

/// <summary>What the person was told.</summary>
public sealed record NoticeReference(GrainKey Notice, int Version, [Text(16)] string Language, Digest Digest);

/// <summary>What is permitted, to whom, for what and until when.</summary>
/// <param name="Members">Whom it covers; empty means the whole household.</param>
/// <param name="Recipient">One buyer or one department.</param>
/// <param name="RetentionDays">How long the recipient may keep what it received.</param>
public sealed record ConsentTerms(
    [Count(64)] ImmutableSortedSet<GrainKey> Members, [Shared] NoticeReference Notice, [Shared] ChainId Recipient,
    [Shared] GrainKey Dataset, [Shared, Count(512)] ImmutableSortedSet<ColumnName> Columns,
    [Shared, Count(32)] ImmutableSortedSet<PurposeCode> Purposes,
    [Shared, Count(8)] ImmutableSortedSet<ProcessingMethod> Methods, Period Validity, int RetentionDays,
    LegalBasis Basis);

/// <summary>How a consent was collected. Who it was is sealed.</summary>
/// <param name="SignedAt">When a paper was signed; required on paper.</param>
/// <param name="Scan">The digest of the scan of a paper.</param>
public sealed record Collection(
    UnixMilliseconds? SignedAt, Digest? Scan, SealedText? PaperReference, SealedText? Note);

/// <summary>By what a recorded consent is confirmed. A code by telephone comes later.</summary>
public enum ConfirmationMeans
{
    HouseholdToken = 1,
    SecondOfficer = 2,
    TelephoneCode = 3,
}

/// <summary>What a withdrawal ends.</summary>
public enum WithdrawalScope
{
    ThisConsent = 1,
    AllForRecipient = 2,
    Everything = 3,
}

/// <summary>The states a consent is kept in; lapsed and expired are computed.</summary>
public enum ConsentStatus
{
    Recorded = 1,
    Given = 2,
    Withdrawn = 3,
    Invalidated = 4,
    Superseded = 5,
}
