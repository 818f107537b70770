using System.Collections.Frozen;

namespace Exchange.Grains.Codes;

/// <summary>
/// The purposes that may be named: those of the Data Privacy Vocabulary as <c>dpv:Name</c>, and the exchange's own for
/// what government does for people as <c>gx:Name</c>. Codes are exact: none stands for another, broader or narrower.
/// </summary>
public static class PurposeCodes
{
    public const string DpvVersion = DpvPurposes.Version;

    /// <summary>The version of the exchange's own scheme; names are added, never given another meaning.</summary>
    public const string OwnVersion = "1";

    private const string OwnScheme = "gx";

    private const string OwnNames = """
        CommunityCorrections
        CourtProceedings
        DisabilitySupport
        DisasterRelief
        ElderlyCare
        EmploymentAssistance
        HousingAid
        LegalAid
        MedicalAid
        MinimumLivingAllowance
        PovertyRelief
        PublicHealth
        Rehabilitation
        ReliefDistribution
        ReliefEligibility
        RuralRevitalisation
        SchoolMeals
        SentencingReview
        SocialAssistance
        TrafficSafety
        TransportSubsidy
        TuitionAid
        """;

    private static readonly FrozenSet<PurposeCode> Listed =
        [.. Codes(DpvPurposes.Scheme, DpvPurposes.Names), .. Codes(OwnScheme, OwnNames)];

    /// <summary>All codes in the order of their text.</summary>
    public static ImmutableArray<PurposeCode> All { get; } = [.. Listed.Order()];

    public static bool IsListed(PurposeCode purpose) => Listed.Contains(purpose);

    private static IEnumerable<PurposeCode> Codes(string scheme, string names) =>
        names.Split('\n').Select(name => PurposeCode.Parse($"{scheme}:{name}"));
}
