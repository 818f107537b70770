using Exchange.Grains.Households;

namespace Exchange.Grains.Replay;

/// <summary>Who had consented to the use of a dataset at a moment.</summary>
public static class ConsentedAt
{
    /// <summary>
    /// The consents to a dataset that were live at a moment, from a household's state folded through that moment: given
    /// or confirmed, begun, not ended. Whom and what each covers stands in it.
    /// </summary>
    public static IEnumerable<Consent> Of(HouseholdState household, GrainKey dataset, UnixMilliseconds moment) =>
        from consent in household.Consents.Values
        where consent.Terms.Dataset == dataset && ConsentRules.IsLive(consent, moment)
        select consent;
}
