using Exchange.Grains.Exchanges;
using Exchange.Grains.Facts;

namespace Exchange.Grains.Households;

/// <summary>One command to a household with all that its rules may look at.</summary>
internal sealed record HouseholdCase(HouseholdState State, CommandEnvelope Envelope, UnixMilliseconds Time)
{
    internal Actor Actor => Envelope.Actor;

    /// <summary>The household's own token, which speaks for the household.</summary>
    internal bool ByItself => Actor.IsParty(Envelope.Chain) && Actor.Channel == Channel.Self;

    /// <summary>An officer before whom the household stands, or who has its paper.</summary>
    internal bool ByOfficer => Actor.IsOfficer() && Actor.Channel is Channel.Officer or Channel.Paper;

    internal bool OnPaper => Actor.Channel == Channel.Paper;

    /// <summary>The department that keeps this household, with its own token.</summary>
    internal bool ByOwnDepartment => ByDepartment && Actor.Id.Key == State.Details?.Department;

    internal bool ByDepartment => Actor.Role == Role.Department && Actor.IsParty(Actor.Id);

    /// <summary>What an officer lacks to act where the household lives; nothing for anybody else.</summary>
    internal Refusal? OfficerLacks(Mandate needed, DivisionCode county) => Actor.Role == Role.Officer
        ? OfficerAuthority.Lacks(Envelope.FactOf<OfficerFact>(GrainCatalog.Self), Actor, needed, county, Time)
        : null;

    /// <summary>The same for a household that is registered.</summary>
    internal Refusal? OfficerLacks(Mandate needed) => OfficerLacks(needed, State.Details!.County);

    /// <summary>Why a key names nobody in the household; nothing where it names a member.</summary>
    internal Refusal? Absent(GrainKey member) =>
        State.Members.ContainsKey(member) ? null
        : State.FormerMembers.Contains(member) ? Refusal.MemberHasLeft
        : Refusal.MemberUnknown;

    /// <summary>
    /// Why a consent cannot be acted on: unknown or ended; nothing where it still stands in the state.
    /// </summary>
    internal Refusal? Gone(GrainKey consent) =>
        State.Consents.ContainsKey(consent) ? null
        : State.EndedConsents.TryGetValue(consent, out var ended) ? RefusalOf(ended.Status)
        : Refusal.ConsentUnknown;

    private static Refusal RefusalOf(ConsentStatus ended) => ended switch
    {
        ConsentStatus.Withdrawn => Refusal.ConsentWithdrawn,
        ConsentStatus.Invalidated => Refusal.ConsentInvalidated,
        ConsentStatus.Superseded => Refusal.ConsentSuperseded,
        _ => throw new System.Diagnostics.UnreachableException($"A consent cannot have ended as {ended}."),
    };
}
