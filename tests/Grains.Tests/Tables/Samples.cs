using Exchange.Grains.Households;
using static Exchange.Grains.Tests.Tables.World;

namespace Exchange.Grains.Tests.Tables;

/// <summary>A household of two adults, a youth of 16 and a child of 11, and the consent of the tables.</summary>
internal static class Samples
{
    internal static readonly UnixMilliseconds Early = At("2026-02-01");
    internal static readonly UnixMilliseconds Recently = At("2026-06-15");
    internal static readonly DivisionCode County = DivisionCode.Parse("520102");
    internal static readonly NewMember Ma = new(Key("ma"), Adult: true, null, Sealed(1), []);
    internal static readonly NewMember Pa = new(Key("pa"), Adult: true, null, Sealed(2), []);
    internal static readonly NewMember Youth = new(Key("youth"), Adult: false, 2010, null, [Ma.Id]);
    internal static readonly NewMember Child = new(Key("child"), Adult: false, 2015, null, [Ma.Id]);
    internal static readonly (Event, UnixMilliseconds) Registered =
        (new HouseholdRegistered(Key("relief"), County, [Ma, Pa, Youth, Child]), Early);

    internal static readonly ConsentTerms Terms = new(
        [], new(Key("told"), 1, "zh", NoticeText), ChainId.Parse("buyer/acme"), Key("incomes"),
        [ColumnName.Parse("cause"), ColumnName.Parse("income")],
        [PurposeCode.Parse("gx:PovertyRelief"), PurposeCode.Parse("dpv:AcademicResearch")],
        [ProcessingMethod.Store, ProcessingMethod.Use], ThisYear, 365, LegalBasis.Consent);

    internal static readonly Collection NoPaper = new(null, null, null, null);
    internal static readonly Collection Paper = new(Early, NoticeText, Sealed(4), Sealed(5));
    internal static readonly GrantConsent ByToken = new(
        Key("c"), null, Capacity.Self, [], Terms, NoPaper, null);

    internal static readonly GrantConsent ByMa = ByToken with
    {
        Giver = Ma.Id,
        Capacity = Capacity.Authorised,
        AuthorisedBy = [Pa.Id],
    };

    internal static (Event, UnixMilliseconds) Given(string id = "c", UnixMilliseconds? at = null) => (new ConsentGiven(
        Key(id), null, Capacity.Self, [], Terms, NoPaper, null), at ?? Early);

    internal static (Event, UnixMilliseconds)[] Recorded(UnixMilliseconds at, Actor by, string id = "c") =>
    [
        (new ConsentRecorded(Key(id), Ma.Id, Capacity.Authorised, [Pa.Id], Terms, Paper, null), at),
        (new ConsentRecorderNamed(Key(id), Recorder.Of(by)), at),
    ];

    internal static (Event, UnixMilliseconds) Withdrawn(UnixMilliseconds at, string id = "c") =>
        (new ConsentsWithdrawn(WithdrawalScope.ThisConsent, Key(id), null, null, null), at);
}
