using Exchange.Grains.Buyers;
using Exchange.Grains.Datasets;
using Exchange.Grains.Facts;

namespace Exchange.Grains.Agreements;

/// <summary>
/// Whether a delivery is lawful at a moment, as far as agreement, parties and dataset go. The start of a delivery, each
/// of its blocks and the audit ask the same question; what households permit is asked row by row elsewhere.
/// </summary>
public static class DeliveryRules
{
    /// <summary>The questions to the dataset and to the licensee, in this order.</summary>
    public static ImmutableArray<FactQuestion> Questions(
        ChainId licensee, GrainKey dataset, GrainKey? revision, ImmutableSortedSet<ColumnName> columns,
        PurposeCode purpose) =>
        [new RevisionQuestion(new(GrainKind.Dataset, dataset), revision, columns), .. OfLicensee(licensee, purpose)];

    /// <summary>
    /// Whether a licensee is in force and stated the purpose: one question, none where it can be no licensee.
    /// </summary>
    public static ImmutableArray<FactQuestion> OfLicensee(ChainId licensee, PurposeCode purpose) => licensee.Kind switch
    {
        GrainKind.Buyer => [new BuyerQuestion(licensee, [purpose])],
        GrainKind.Department => [new DepartmentQuestion(licensee)],
        _ => [],
    };

    /// <summary>
    /// The first reason against a delivery that runs, from states read afresh; nothing while it is lawful.
    /// </summary>
    /// <param name="revision">The revision that is delivered.</param>
    public static Refusal? WhyNot(
        AgreementState agreement, GrainState dataset, GrainState licensor, GrainState licensee, GrainKey revision,
        ImmutableSortedSet<ColumnName> columns, UnixMilliseconds time)
    {
        if (agreement.Terms is not { } terms)
        {
            return Refusal.AgreementUnknown;
        }

        var question = new RevisionQuestion(new(GrainKind.Dataset, terms.Dataset), revision, columns);
        return WhyNot(agreement, columns, time)
            ?? WhyNotLicensor(terms, licensor)
            ?? WhyNotLicensee(terms, licensee)
            ?? WhyNot(terms, question.Answer(dataset) as RevisionFact);
    }

    /// <summary>The first reason that lies in the licensor, from its state.</summary>
    public static Refusal? WhyNotLicensor(AgreementTerms terms, GrainState licensor) =>
        WhyNotDepartment(new DepartmentQuestion(terms.Licensor).Answer(licensor));

    /// <summary>The first reason that lies in the licensee, from its state.</summary>
    public static Refusal? WhyNotLicensee(AgreementTerms terms, GrainState licensee)
    {
        var questions = OfLicensee(terms.Licensee, terms.Purpose);
        return WhyNotLicensee(questions.IsEmpty ? null : questions[0].Answer(licensee), terms.Licensee.Kind);
    }

    /// <summary>The first reason that lies in the agreement itself.</summary>
    public static Refusal? WhyNot(
        AgreementState agreement, ImmutableSortedSet<ColumnName> columns, UnixMilliseconds time) => agreement switch
        {
            { Terms: null } => Refusal.AgreementUnknown,
            { Status: AgreementStatus.Terminated } => Refusal.AgreementTerminated,
            { Status: not AgreementStatus.Finalized } => Refusal.AgreementNotFinalized,
            { Terms: { } terms } when !terms.Period.Contains(time) => Refusal.AgreementNotInForce,
            _ when columns.IsEmpty => Refusal.ColumnsNotOffered,
            { Terms: { } terms } when !columns.IsSubsetOf(terms.Columns) => Refusal.ColumnsNotOffered,
            _ => null,
        };

    /// <summary>What the licensee answered, where it did.</summary>
    internal static Fact? LicenseeIn(CommandEnvelope envelope, ChainId licensee) => licensee.Kind switch
    {
        GrainKind.Buyer => envelope.FactOf<BuyerFact>(licensee),
        GrainKind.Department => envelope.FactOf<DepartmentFact>(licensee),
        _ => null,
    };

    /// <summary>The first reason that lies in the licensee.</summary>
    public static Refusal? WhyNotLicensee(Fact? licensee, GrainKind kind) => (kind, licensee) switch
    {
        (GrainKind.Buyer, null) => Refusal.BuyerUnknown,
        (GrainKind.Buyer, BuyerFact { Status: BuyerStatus.Suspended }) => Refusal.BuyerSuspended,
        (GrainKind.Buyer, BuyerFact { Status: not BuyerStatus.Approved }) => Refusal.BuyerNotApproved,
        (GrainKind.Buyer, BuyerFact { PurposesStated: false }) => Refusal.PurposeNotStated,
        (GrainKind.Buyer, BuyerFact) => null,
        (GrainKind.Department, _) => WhyNotDepartment(licensee),
        _ => Refusal.NotPermitted,
    };

    private static Refusal? WhyNotDepartment(Fact? department) =>
        department is null ? Refusal.DepartmentUnknown : null;

    /// <summary>The first reason that lies in the dataset: its classes now, then the revision.</summary>
    public static Refusal? WhyNot(AgreementTerms terms, RevisionFact? dataset) => dataset switch
    {
        null => Refusal.DatasetUnknown,
        _ when WhyNot(dataset.Classification, terms.Basis) is { } refusal => refusal,
        { Classification.Personal: not PersonalClass.None, Level: SubjectLevel.None } => Refusal.SubjectKeyMissing,
        { Revision: null } => terms.PinnedRevision is null ? Refusal.NoRevisionPublished : Refusal.RevisionUnknown,
        { Status: RevisionStatus.Revoked } => Refusal.RevisionRevoked,
        { Status: RevisionStatus.Declared } => Refusal.RevisionNotPublished,
        { ColumnsPresent: false } => Refusal.ColumnsMissing,
        _ => null,
    };

    /// <summary>
    /// The first reason that lies in a dataset's classes: the same at the agreement and at each delivery.
    /// </summary>
    public static Refusal? WhyNot(Classification classes, LawfulBasis basis) => (classes, basis) switch
    {
        ({ Level: DataLevel.Core }, _) => Refusal.DatasetIsCore,
        ({ Tradeable: false }, _) => Refusal.DatasetNotTradeable,
        ({ Sharing: Openness.None }, _) => Refusal.SharingNotAllowed,
        (_, LawfulBasis.StatutoryDuty) => Refusal.BasisNotAvailable,

        // Without persons nobody can consent; with persons nothing is open.
        ({ Personal: PersonalClass.None }, LawfulBasis.Consent) => Refusal.BasisNotAvailable,
        ({ Personal: not PersonalClass.None }, LawfulBasis.OpenData) => Refusal.OpenDataNotOpen,
        ({ Opening: not Openness.Unconditional }, LawfulBasis.OpenData) => Refusal.OpenDataNotOpen,
        _ => null,
    };
}
