using Exchange.Grains.Households;

namespace Exchange.Api.Models;

/// <summary>Where a consent stands at a moment.</summary>
internal static class ConsentStandings
{
    internal static ConsentStanding Of(Consent consent, UnixMilliseconds at) => consent.Status switch
    {
        ConsentStatus.Recorded when ConsentRules.IsLapsed(consent, at) => ConsentStanding.Lapsed,
        ConsentStatus.Recorded => ConsentStanding.Recorded,
        ConsentStatus.Given when ConsentRules.IsExpired(consent, at) => ConsentStanding.Expired,
        ConsentStatus.Given => ConsentStanding.Given,
        ConsentStatus.Withdrawn => ConsentStanding.Withdrawn,
        ConsentStatus.Invalidated => ConsentStanding.Invalidated,
        _ => ConsentStanding.Superseded,
    };
}
