namespace Exchange.Grains.Households;

/// <summary>What a withdrawal ends, and what stays known of it so that no form signed earlier comes in later.</summary>
internal static class Withdrawals
{
    internal static HouseholdState Withdraw(HouseholdState state, ConsentsWithdrawn e, UnixMilliseconds at)
    {
        var noted = state with { Withdrawals = Note(state.Withdrawals, ScopeOf(state, e, at)) };
        return state.Consents.Values
            .Where(consent => IsInside(consent, e))
            .Aggregate(noted, (each, consent) => HouseholdFold.Ended(each, consent.Id, ConsentStatus.Withdrawn, at));
    }

    private static bool IsInside(Consent consent, ConsentsWithdrawn e) => e.Scope switch
    {
        WithdrawalScope.ThisConsent => consent.Id == e.Consent,
        WithdrawalScope.AllForRecipient => consent.Terms.Recipient == e.Recipient,
        _ => true,
    };

    private static Withdrawal ScopeOf(HouseholdState state, ConsentsWithdrawn e, UnixMilliseconds at) =>
        e.Consent is { } one && state.Consents[one].Terms is var terms
            ? new(terms.Recipient, terms.Dataset, at)
            : new(e.Recipient, null, at);

    // In order of time. A withdrawal is never refused, so a full list is kept short by widening its oldest to
    // everything: that refuses some forms more, which can be signed anew, and admits none that a withdrawal had
    // overtaken.
    private static ImmutableArray<Withdrawal> Note(ImmutableArray<Withdrawal> noted, Withdrawal latest)
    {
        ImmutableArray<Withdrawal> kept = [.. noted.Where(earlier => !IsWithin(earlier, latest)), latest];
        return kept.Length <= HouseholdState.WithdrawalsMax
            ? kept
            : [new(null, null, kept[1].At), .. kept.Skip(2)];
    }

    // Time never goes back on a chain, so a later withdrawal of a wider scope says all that the earlier one said.
    private static bool IsWithin(Withdrawal earlier, Withdrawal latest) =>
        earlier.At <= latest.At
        && (latest.Recipient is null || latest.Recipient == earlier.Recipient)
        && (latest.Dataset is null || latest.Dataset == earlier.Dataset);
}
