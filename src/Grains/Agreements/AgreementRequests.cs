using Exchange.Grains.Facts;

namespace Exchange.Grains.Agreements;

/// <summary>When an agreement comes about by taking up an offer.</summary>
internal static class AgreementRequests
{
    /// <summary>The first reason against an agreement: what is asked, then the licensee, then the offer.</summary>
    internal static Refusal? WhyNot(AgreementTerms terms, CommandEnvelope envelope, UnixMilliseconds time)
    {
        var licensee = DeliveryRules.LicenseeIn(envelope, terms.Licensee);
        var offer = envelope.FactOf<OfferFact>(new(GrainKind.Dataset, terms.Dataset));
        return WhyNotAsked(terms)
            ?? DeliveryRules.WhyNotLicensee(licensee, terms.Licensee.Kind)
            ?? WhyNot(terms, offer, time);
    }

    private static Refusal? WhyNotAsked(AgreementTerms terms) => terms switch
    {
        { Basis: LawfulBasis.StatutoryDuty } => Refusal.BasisNotAvailable,
        { Period.IsEmpty: true } => Refusal.PeriodEmpty,
        _ when terms.Licensor == terms.Licensee => Refusal.LicensorDiffers,
        _ when terms.Columns.IsEmpty => Refusal.ColumnsNotOffered,
        _ => null,
    };

    private static Refusal? WhyNot(AgreementTerms terms, OfferFact? offer, UnixMilliseconds time) => offer switch
    {
        null => Refusal.OfferUnknown,
        _ when terms.Licensor != new ChainId(GrainKind.Department, offer.Department) => Refusal.LicensorDiffers,
        { Retired: true } => Refusal.OfferRetired,
        _ when !offer.Period.Contains(time) => Refusal.OfferNotInForce,
        _ when offer.Document != terms.OfferDocument => Refusal.OfferDigestDiffers,
        { PurposeAllowed: false } => Refusal.PurposeNotOffered,
        { ColumnsOffered: false } => Refusal.ColumnsNotOffered,
        _ when !offer.Period.Covers(terms.Period) => Refusal.PeriodNotOffered,
        { PriceFen: not 0 } => Refusal.PaymentNotAvailable,
        _ => DeliveryRules.WhyNot(offer.Classification, terms.Basis),
    };
}
