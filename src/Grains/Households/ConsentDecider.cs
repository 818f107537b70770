using Exchange.Grains.Exchanges;
using static Exchange.Grains.Rules.Decision;

namespace Exchange.Grains.Households;

/// <summary>
/// Decides about consents. Guards in order: the role, the household, the officer's authority, the consent, what it
/// says, how it was signed, for whom, and last what other chains say.
/// </summary>
internal static class ConsentDecider
{
    internal static Decision Grant(HouseholdCase on, GrantConsent c) => on switch
    {
        _ when CannotSpeak(on) is { } refusal => Refuse(refusal),
        _ when on.State.Consents.ContainsKey(c.Consent) || on.State.EndedConsents.ContainsKey(c.Consent) =>
            Refuse(Refusal.ConsentAlreadyExists),
        _ when IsFull(on.State) => Refuse(Refusal.TooManyConsents),
        _ when c.Supersedes is { } old && on.Gone(old) is { } gone => Refuse(gone),
        _ when ConsentGuards.WrongTerms(c.Terms, on.Time) is { } wrong => Refuse(wrong),
        _ when ConsentGuards.WrongSignature(on, c) is { } wrong => Refuse(wrong),
        _ when ConsentGuards.WrongGiver(on, c) is { } wrong => Refuse(wrong),
        _ when ConsentGuards.WrongReference(on, c.Terms) is { } wrong => Refuse(wrong),
        { ByItself: true } => Accept(new ConsentGiven(
            c.Consent, c.Giver, c.Capacity, c.AuthorisedBy, c.Terms, c.Collection, c.Supersedes)),
        _ => Accept(
            new ConsentRecorded(c.Consent, c.Giver, c.Capacity, c.AuthorisedBy, c.Terms, c.Collection, c.Supersedes),
            new ConsentRecorderNamed(c.Consent, Recorder.Of(on.Actor))),
    };

    internal static Decision Confirm(HouseholdCase on, ConfirmConsent c)
    {
        var consent = on.State.Consents.GetValueOrDefault(c.Consent);
        return on switch
        {
            _ when c.Means == ConfirmationMeans.TelephoneCode => Refuse(Refusal.ConfirmationMeansReserved),
            { ByItself: true } when c.Means != ConfirmationMeans.HouseholdToken => Refuse(Refusal.NotPermitted),
            { ByOfficer: true } when c.Means != ConfirmationMeans.SecondOfficer => Refuse(Refusal.NotPermitted),
            _ when CannotSpeak(on) is { } refusal => Refuse(refusal),
            _ when on.Gone(c.Consent) is { } gone => Refuse(gone),
            _ when consent is { RecordedBy: null } => Refuse(Refusal.ConsentNotRecorded),
            _ when consent is { Status: ConsentStatus.Given } => Refuse(Refusal.ConsentAlreadyGiven),
            _ when ConsentRules.IsLapsed(consent!, on.Time) => Refuse(Refusal.ConsentLapsed),
            _ when ConsentRules.IsExpired(consent!, on.Time) => Refuse(Refusal.ConsentExpired),
            { ByOfficer: true } when consent!.RecordedBy.IsSamePerson(on.Actor) => Refuse(Refusal.ConfirmerIsRecorder),
            { ByOfficer: true } when c.Witness is null => Refuse(Refusal.WitnessMissing),
            { ByOfficer: true } when c.Scan is null => Refuse(Refusal.ScanMissing),
            _ => Accept(new ConsentConfirmed(c.Consent, c.Means, c.Witness, c.Scan)),
        };
    }

    internal static Decision Narrow(HouseholdCase on, NarrowConsent c)
    {
        var consent = on.State.Consents.GetValueOrDefault(c.Consent);
        var narrowed = new ConsentNarrowed(c.Consent, c.Columns, c.Purposes, c.Methods, c.Until, c.RetentionDays);
        return on switch
        {
            _ when CannotSpeak(on) is { } refusal => Refuse(refusal),
            _ when on.Gone(c.Consent) is { } gone => Refuse(gone),
            _ when ConsentRules.IsLapsed(consent!, on.Time) => Refuse(Refusal.ConsentLapsed),
            _ when ConsentRules.IsExpired(consent!, on.Time) => Refuse(Refusal.ConsentExpired),
            _ when c is { Columns.IsEmpty: true } or { Purposes.IsEmpty: true } or { Methods.IsEmpty: true } =>
                Refuse(Refusal.ConsentEmpty),
            _ when c.RetentionDays < 0 => Refuse(Refusal.RetentionInvalid),
            _ when !ConsentGuards.IsWithin(consent!.Terms, c) => Refuse(Refusal.ConsentOnlyNarrows),
            _ when c.Until <= on.Time || c.Until <= consent.Terms.Validity.From => Refuse(Refusal.PeriodEmpty),
            _ when ConsentGuards.IsSame(consent.Terms, HouseholdFold.Narrowed(consent.Terms, narrowed)) =>
                Refuse(Refusal.NothingChanged),
            _ => Accept(narrowed),
        };
    }

    // Never needs more than giving did: what lapsed or expired may be withdrawn too, and paper needs no second officer.
    internal static Decision Withdraw(HouseholdCase on, WithdrawConsent c) => on switch
    {
        _ when CannotSpeak(on) is { } refusal => Refuse(refusal),
        _ when !ConsentGuards.NamesItsScope(c) => Refuse(Refusal.WithdrawalScopeInvalid),
        _ when c.SignedAt > on.Time => Refuse(Refusal.SignedInFuture),
        _ when c.Consent is { } one && on.Gone(one) is { } gone => Refuse(gone),
        _ => Accept(new ConsentsWithdrawn(c.Scope, c.Consent, c.Recipient, c.SignedAt, c.Note)),
    };

    // Also what has ended: the audit must be able to name every delivery that relied on what was never given.
    internal static Decision Invalidate(HouseholdCase on, InvalidateConsent c) => on switch
    {
        _ when !on.Actor.IsOfficer() && !on.ByDepartment => Refuse(Refusal.NotPermitted),
        { State.Details: null } => Refuse(Refusal.HouseholdUnknown),
        { ByDepartment: true, ByOwnDepartment: false } => Refuse(Refusal.NotPermitted),
        _ when on.OfficerLacks(Mandate.RecordConsents) is { } lack => Refuse(lack),
        _ when on.Gone(c.Consent) is { } gone and (Refusal.ConsentUnknown or Refusal.ConsentInvalidated) =>
            Refuse(gone),
        _ => Accept(new ConsentInvalidated(c.Consent, c.Reason)),
    };

    /// <summary>The household itself, or an officer before whom it stands, with a mandate there.</summary>
    private static Refusal? CannotSpeak(HouseholdCase on) => on switch
    {
        { ByItself: false, ByOfficer: false } => Refusal.NotPermitted,
        { State.Details: null } => Refusal.HouseholdUnknown,
        _ => on.OfficerLacks(Mandate.RecordConsents),
    };

    private static bool IsFull(HouseholdState state) =>
        state.Consents.Count >= HouseholdState.ConsentsMax
        || state.Consents.Count + state.EndedConsents.Count >= HouseholdState.ConsentsEverMax;
}
