using Exchange.Grains.Codes;

namespace Exchange.Grains.Datasets;

/// <summary>When an offer may be made.</summary>
internal static class OfferRules
{
    /// <summary>
    /// The first reason against an offer, from the dataset's classes to the offer's terms; nothing where it may stand.
    /// </summary>
    internal static Refusal? WhyNot(
        DatasetState state, DatasetDetails details, MakeOffer make, UnixMilliseconds time) =>
        (details.Classification, make.Terms) switch
        {
            _ when state.Offers.ContainsKey(make.Offer) => Refusal.OfferAlreadyExists,
            ({ Level: DataLevel.Core }, _) => Refusal.DatasetIsCore,
            ({ Tradeable: false }, _) => Refusal.DatasetNotTradeable,
            ({ Sharing: Openness.None }, _) => Refusal.SharingNotAllowed,
            ({ Personal: not PersonalClass.None }, _) when details.Subject.KeyColumn is null =>
                Refusal.SubjectKeyMissing,
            _ when state.Latest is null => Refusal.NoRevisionPublished,
            (_, { Period.IsEmpty: true }) => Refusal.PeriodEmpty,
            (_, var terms) when terms.Period.Until <= time => Refusal.OfferNotInForce,
            (_, var terms) when !PurposesListed(terms) => Refusal.PurposeUnknown,
            (_, var terms) when !ColumnsPublished(state, terms) => Refusal.ColumnsUnknown,
            (_, var terms) when details.Subject.KeyColumn is { } key && terms.Columns.Contains(key) =>
                Refusal.ColumnsNotOffered,
            (_, { PriceFen: not 0 }) => Refusal.PaymentNotAvailable,
            ({ Personal: not PersonalClass.None }, { Assessment: null }) => Refusal.ImpactAssessmentMissing,
            _ => null,
        };

    private static bool PurposesListed(OfferTerms terms) =>
        !terms.Allowed.IsEmpty && terms.Allowed.All(PurposeCodes.IsListed);

    // A revision that was revoked promises nothing any more.
    private static bool ColumnsPublished(DatasetState state, OfferTerms terms) =>
        !terms.Columns.IsEmpty && terms.Columns.IsSubsetOf(
            from revision in state.Revisions.Values
            where revision.Status is RevisionStatus.Published or RevisionStatus.Superseded
            from column in revision.Columns
            select column.Name);
}
