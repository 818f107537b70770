namespace Exchange.Grains.Households;

// family: what happened to a household

/// <summary>What happened to a household, its members or consents.</summary>
public abstract record HouseholdEvent : Event
{
    private protected HouseholdEvent()
    {
    }
}

[Wire(301)]
public sealed record HouseholdRegistered(
    [Shared] GrainKey Department, [Shared] DivisionCode County, [Count(64)] ImmutableArray<NewMember> Members)
    : HouseholdEvent;

[Wire(302)]
public sealed record HouseholdCorrected(DivisionCode County, SealedText? Note) : HouseholdEvent;

[Wire(303)]
public sealed record MemberAdded(NewMember Member) : HouseholdEvent;

[Wire(304)]
public sealed record MemberCorrected(NewMember Member) : HouseholdEvent;

[Wire(305)]
public sealed record MemberRemoved(GrainKey Member, SealedText? Note) : HouseholdEvent;

/// <summary>Entered by somebody else than the household: authorises nothing until confirmed.</summary>
[Wire(310)]
public sealed record ConsentRecorded(
    GrainKey Consent, GrainKey? Giver, Capacity Capacity, [Count(64)] ImmutableSortedSet<GrainKey> AuthorisedBy,
    [Shared] ConsentTerms Terms, Collection Collection, GrainKey? Supersedes) : HouseholdEvent;

[Wire(311)]
public sealed record ConsentGiven(
    GrainKey Consent, GrainKey? Giver, Capacity Capacity, [Count(64)] ImmutableSortedSet<GrainKey> AuthorisedBy,
    [Shared] ConsentTerms Terms, Collection Collection, GrainKey? Supersedes) : HouseholdEvent;

[Wire(312)]
public sealed record ConsentConfirmed(
    GrainKey Consent, ConfirmationMeans Means, SealedText? Witness, Digest? Scan) : HouseholdEvent;

[Wire(313)]
public sealed record ConsentNarrowed(
    GrainKey Consent, [Count(512)] ImmutableSortedSet<ColumnName>? Columns,
    [Count(32)] ImmutableSortedSet<PurposeCode>? Purposes, [Count(8)] ImmutableSortedSet<ProcessingMethod>? Methods,
    UnixMilliseconds? Until, int? RetentionDays) : HouseholdEvent;

/// <summary>Ends every recorded or given consent inside the scope.</summary>
[Wire(314)]
public sealed record ConsentsWithdrawn(
    WithdrawalScope Scope, GrainKey? Consent, ChainId? Recipient, UnixMilliseconds? SignedAt, SealedText? Note)
    : HouseholdEvent;

[Wire(315)]
public sealed record ConsentInvalidated(GrainKey Consent, SealedText? Reason) : HouseholdEvent;

/// <summary>Names who recorded a consent, so that a second person confirms it; stands beside the recording.</summary>
[Wire(316)]
public sealed record ConsentRecorderNamed(GrainKey Consent, Recorder Recorder) : HouseholdEvent;
