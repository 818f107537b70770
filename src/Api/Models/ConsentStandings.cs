using Exchange.Grains.Households;

namespace Exchange.Api.Models;

/// <summary>Where a consent stands at a moment.</summary>
internal static class ConsentStandings
{
    // A recorded consent that nobody confirms lapses; see model.md, "Consent".
    private static readonly TimeSpan LapsesAfter = TimeSpan.FromDays(60);

    internal static ConsentStanding Of(Consent consent, UnixMilliseconds at) => consent.Status switch
    {
        ConsentStatus.Recorded when at >= consent.RecordedAt.Plus(LapsesAfter) => ConsentStanding.Lapsed,
        ConsentStatus.Recorded => ConsentStanding.Recorded,
        ConsentStatus.Given when at >= consent.Terms.Validity.Until => ConsentStanding.Expired,
        ConsentStatus.Given => ConsentStanding.Given,
        ConsentStatus.Withdrawn => ConsentStanding.Withdrawn,
        ConsentStatus.Invalidated => ConsentStanding.Invalidated,
        _ => ConsentStanding.Superseded,
    };

    internal static bool IsLive(Consent consent, UnixMilliseconds at) =>
        consent is { Status: ConsentStatus.Given, ConfirmedAt: { } confirmed }
        && confirmed <= at && consent.Terms.Validity.Contains(at);
}
