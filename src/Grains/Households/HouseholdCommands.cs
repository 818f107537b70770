namespace Exchange.Grains.Households;

// family: what a household is asked

/// <summary>A command to a household.</summary>
public abstract record HouseholdCommand : Command
{
    private protected HouseholdCommand()
    {
    }
}

/// <summary>Registers a household in a county, with its members.</summary>
[Wire(301)]
public sealed record RegisterHousehold(
    GrainKey Department, DivisionCode County, [Count(64)] ImmutableArray<NewMember> Members) : HouseholdCommand;

/// <summary>Corrects a household's county.</summary>
[Wire(302)]
public sealed record CorrectHousehold(DivisionCode County, SealedText? Note) : HouseholdCommand;

/// <summary>Adds a member who joined.</summary>
[Wire(303)]
public sealed record AddMember(NewMember Member) : HouseholdCommand;

/// <summary>Corrects a member; all fields as they should stand.</summary>
[Wire(304)]
public sealed record CorrectMember(NewMember Member) : HouseholdCommand;

/// <summary>Notes that a member left.</summary>
[Wire(305)]
public sealed record RemoveMember(GrainKey Member, SealedText? Note) : HouseholdCommand;

/// <summary>Gives a consent by the household's own token; records one by anybody else.</summary>
/// <param name="Consent">The consent's id.</param>
/// <param name="Giver">The member who gave it; nothing where the household's token speaks for the household.</param>
/// <param name="Supersedes">A consent that ends with this one.</param>
[Wire(311)]
public sealed record GrantConsent(
    GrainKey Consent, GrainKey? Giver, Capacity Capacity, [Count(64)] ImmutableSortedSet<GrainKey> AuthorisedBy,
    [Shared] ConsentTerms Terms, Collection Collection, GrainKey? Supersedes) : HouseholdCommand;

/// <summary>Confirms a recorded consent.</summary>
[Wire(312)]
public sealed record ConfirmConsent(
    GrainKey Consent, ConfirmationMeans Means, SealedText? Witness, Digest? Scan) : HouseholdCommand;

/// <summary>Narrows a consent; absent fields stay. Anything wider is a new consent.</summary>
[Wire(313)]
public sealed record NarrowConsent(
    GrainKey Consent, [Count(512)] ImmutableSortedSet<ColumnName>? Columns,
    [Count(32)] ImmutableSortedSet<PurposeCode>? Purposes, [Count(8)] ImmutableSortedSet<ProcessingMethod>? Methods,
    UnixMilliseconds? Until, int? RetentionDays) : HouseholdCommand;

/// <summary>Takes consent back, at once.</summary>
/// <param name="Consent">Which, where the scope is one consent.</param>
/// <param name="Recipient">Whose, where the scope is a recipient.</param>
[Wire(314)]
public sealed record WithdrawConsent(
    WithdrawalScope Scope, GrainKey? Consent, ChainId? Recipient, UnixMilliseconds? SignedAt, SealedText? Note)
    : HouseholdCommand;

/// <summary>Declares a consent to have been entered in error.</summary>
[Wire(315)]
public sealed record InvalidateConsent(GrainKey Consent, SealedText? Reason) : HouseholdCommand;
