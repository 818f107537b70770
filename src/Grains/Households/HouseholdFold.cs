using System.Diagnostics;

namespace Exchange.Grains.Households;

/// <summary>The state of a household after an event.</summary>
internal static class HouseholdFold
{
    internal static HouseholdState Apply(HouseholdState state, HouseholdEvent @event, EntryPlace place) => @event switch
    {
        HouseholdRegistered e => Registered(state, e, place),
        HouseholdCorrected e => state with { Details = state.Details! with { County = e.County } },
        MemberAdded e => WithMember(state, e.Member, place),
        MemberCorrected e => WithMember(state, e.Member, place),
        MemberRemoved e => state with
        {
            Members = state.Members.Remove(e.Member),
            FormerMembers = state.FormerMembers.Add(e.Member),
        },
        ConsentRecorded e => With(state, new(
            e.Consent, place.Index, place.RecordedAt, null, e.Giver, e.Capacity, e.AuthorisedBy, e.Terms,
            ConsentStatus.Recorded, null, null, e.Supersedes)),
        ConsentRecorderNamed e => With(state, state.Consents[e.Consent] with { RecordedBy = e.Recorder }),
        ConsentGiven e => Given(state, new(
            e.Consent, place.Index, place.RecordedAt, null, e.Giver, e.Capacity, SpeakersOf(state, e, place), e.Terms,
            ConsentStatus.Given, place.RecordedAt, null, e.Supersedes), place.RecordedAt),
        ConsentConfirmed e => Given(state, state.Consents[e.Consent] with
        {
            Status = ConsentStatus.Given,
            ConfirmedAt = place.RecordedAt,
        }, place.RecordedAt),
        ConsentNarrowed e => With(state, state.Consents[e.Consent] with
        {
            Terms = Narrowed(state.Consents[e.Consent].Terms, e),
        }),
        ConsentsWithdrawn e => Withdrawals.Withdraw(state, e, place.RecordedAt),
        ConsentInvalidated e => Invalidated(state, e.Consent, place.RecordedAt),
        _ => throw new UnreachableException($"{@event.GetType().Name} is no event of a household."),
    };

    internal static Member MemberOf(NewMember entered, SealedView? details) =>
        new(entered.Adult, entered.BirthYear, entered.Guardians, details);

    internal static ConsentTerms Narrowed(ConsentTerms terms, ConsentNarrowed e) => terms with
    {
        Columns = e.Columns ?? terms.Columns,
        Purposes = e.Purposes ?? terms.Purposes,
        Methods = e.Methods ?? terms.Methods,
        Validity = e.Until is { } until ? terms.Validity with { Until = until } : terms.Validity,
        RetentionDays = e.RetentionDays ?? terms.RetentionDays,
    };

    internal static HouseholdState Ended(
        HouseholdState state, GrainKey consent, ConsentStatus status, UnixMilliseconds at) => state with
        {
            Consents = state.Consents.Remove(consent),
            EndedConsents = state.EndedConsents.Add(
            consent, state.Consents[consent] with { Status = status, EndedAt = at }),
        };

    // What had ended before keeps its end: it authorised until then, although it should not have.
    private static HouseholdState Invalidated(HouseholdState state, GrainKey consent, UnixMilliseconds at) =>
        state.EndedConsents.GetValueOrDefault(consent) is { } ended
            ? state with
            {
                EndedConsents = state.EndedConsents.SetItem(
                    consent, ended with { Status = ConsentStatus.Invalidated }),
            }
            : Ended(state, consent, ConsentStatus.Invalidated, at);

    private static HouseholdState Registered(HouseholdState state, HouseholdRegistered e, EntryPlace place)
    {
        var registered = state with { Details = new(e.Department, e.County) };
        return e.Members.Aggregate(registered, (each, member) => WithMember(each, member, place));
    }

    private static HouseholdState WithMember(HouseholdState state, NewMember entered, EntryPlace place)
    {
        // A correction without details keeps those that were entered before.
        var details = SealedView.Of(entered.Details, place.Index)
            ?? state.Members.GetValueOrDefault(entered.Id)?.Details;
        return state with { Members = state.Members.SetItem(entered.Id, MemberOf(entered, details)) };
    }

    private static HouseholdState With(HouseholdState state, Consent consent) =>
        state with { Consents = state.Consents.SetItem(consent.Id, consent) };

    // What is superseded ends when its successor begins to stand, not when that is only recorded.
    private static HouseholdState Given(HouseholdState state, Consent consent, UnixMilliseconds at)
    {
        var given = With(state, consent);
        return consent.Supersedes is { } old && given.Consents.ContainsKey(old)
            ? Ended(given, old, ConsentStatus.Superseded, at)
            : given;
    }

    // The household's own token speaks for the adults it has now; who joins later has not given it.
    private static ImmutableSortedSet<GrainKey> SpeakersOf(HouseholdState state, ConsentGiven e, EntryPlace place) =>
        e.Giver is not null
            ? e.AuthorisedBy
            : [.. state.Members.Where(m => Ages.IsAdult(m.Value, place.RecordedAt)).Select(m => m.Key)];
}
