using Exchange.Grains.Departments;
using Exchange.Grains.Exchanges;
using Exchange.Grains.Identifiers;
using Exchange.Grains.Notices;
using static Exchange.Grains.Refusal;
using static Exchange.Grains.Tests.Tables.World;

namespace Exchange.Grains.Tests.Tables;

/// <summary>The decision tables of exchange, department, identifier and notice.</summary>
internal static class PartyTables
{
    private static readonly UnixMilliseconds Before = At("2026-03-01");

    internal static DecisionTable OfTheExchange()
    {
        var table = new DecisionTable("exchange/self");
        var initialise = new InitialiseExchange(default, 1, NoticeText);
        var appoint = new AppointOfficer(
            Key("new"), Key("relief"), DivisionCode.Parse("5201"), Mandate.RecordConsents, ThisYear, Sealed(1));
        var revoke = new RevokeOfficer(Key("new"), null);
        var begun = ((Event)new ExchangeInitialised(default, 1, NoticeText), Before);
        var appointed = ((Event)new OfficerAppointed(
            Key("new"), Key("relief"), DivisionCode.Parse("5201"), Mandate.RecordConsents, ThisYear,
            Sealed(1)), Before);
        var revoked = ((Event)new OfficerRevoked(Key("new"), null), Before);

        table.Accepts(typeof(ExchangeInitialised), Node, initialise);
        table.Refuses(NotPermitted, Operator, initialise, begun);
        table.Refuses(ExchangeAlreadyInitialised, Node, initialise with { Suite = 2 }, begun);
        table.Refuses(SuiteNotSupported, Node, initialise with { Suite = 2 });

        table.Accepts(typeof(OfficerAppointed), Relief, appoint, begun);
        table.Accepts(typeof(OfficerAppointed), Relief, appoint with { Officer = Key("other") }, begun, appointed);
        table.Refuses(NotPermitted, Schools, appoint);
        table.Refuses(NotPermitted, Operator, appoint, begun);
        table.Refuses(NotPermitted, First, appoint, begun);
        table.Refuses(GrainUnknown, Unregistered, appoint with { Department = Key("nowhere") });
        table.Refuses(DepartmentUnknown, Unregistered, appoint with { Department = Key("nowhere") }, begun, appointed);
        table.Refuses(OfficerAlreadyAppointed, Relief, appoint with { Division = Listed("99") }, begun, appointed);
        table.Refuses(Refusal.OfficerRevoked, Relief, appoint, begun, appointed, revoked);
        table.Refuses(DivisionUnknown, Relief, appoint with { Division = Listed("529999"), Term = None() }, begun);
        table.Refuses(
            OutsideDivision, Schools, appoint with { Department = Key("schools"), Term = None() }, begun);
        table.Refuses(PeriodEmpty, Relief, appoint with { Term = None() }, begun);

        table.Accepts(typeof(OfficerRevoked), Relief, revoke, begun, appointed);
        table.Refuses(NotPermitted, Operator, revoke, begun);
        table.Refuses(GrainUnknown, Relief, revoke);
        table.Refuses(OfficerUnknown, Relief, revoke, begun);
        table.Refuses(NotPermitted, Schools, revoke, begun, appointed, revoked);
        table.Refuses(Refusal.OfficerRevoked, Relief, revoke, begun, appointed, revoked);
        return table;
    }

    internal static DecisionTable OfADepartment()
    {
        var table = new DecisionTable("department/relief");
        var code = CreditCode.Complete("11520000009390180");
        var register = new RegisterDepartment(
            "Relief", code, "x", DivisionCode.Parse("52"), AuthorityKind.PovertyRelief);
        var correct = new CorrectDepartment(null, "y");
        var note = new NoteLicence(Key("deal"));
        var registered = ((Event)new DepartmentRegistered(
            "Relief", code, "x", DivisionCode.Parse("52"), AuthorityKind.PovertyRelief), Before);
        var noted = ((Event)new LicenceNoted(Key("deal")), Before);

        table.Accepts(typeof(DepartmentRegistered), Operator, register);
        table.Refuses(NotPermitted, Relief, register with { CreditCode = "1" }, registered);
        table.Refuses(AlreadyExists, Operator, register with { CreditCode = "1" }, registered);
        table.Refuses(CreditCodeInvalid, Operator, register with { CreditCode = "1", Division = Listed("99") });
        table.Refuses(
            CreditCodeInvalid, Operator, register with { CreditCode = code[..17] + (code[17] == '0' ? '1' : '0') });
        table.Refuses(DivisionUnknown, Operator, register with { Division = Listed("99") });

        table.Accepts(typeof(DepartmentCorrected), Relief, correct, registered);
        table.Accepts(typeof(DepartmentCorrected), Operator, correct, registered, noted);
        table.Refuses(NotPermitted, Schools, correct);
        table.Refuses(DepartmentUnknown, Relief, correct);
        table.Refuses(NothingChanged, Relief, new CorrectDepartment("Relief", null), registered);

        table.Accepts(typeof(LicenceNoted), Process, note, registered);
        table.Refuses(NotPermitted, Relief, note);
        table.Refuses(NotPermitted, Process, note with { Agreement = Key("others") }, registered);
        table.Refuses(DepartmentUnknown, Process, note);
        var absent = Process with { Id = ChainId.Parse("process/absent") };
        table.Refuses(AgreementUnknown, absent, note with { Agreement = Key("absent") }, registered);
        var others = Process with { Id = ChainId.Parse("process/others") };
        table.Refuses(LicensorDiffers, others, note with { Agreement = Key("others") }, registered);
        return table;
    }

    internal static DecisionTable OfAnIdentifier()
    {
        var table = new DecisionTable("identifier/abc");
        var link = new LinkIdentifier(Key("relief"), Key("card"), Key("home"), null);
        var correct = new CorrectIdentifier(Key("home"), Key("ma"), Sealed(1));
        var linked = ((Event)new IdentifierLinked(Key("relief"), Key("card"), Key("home"), null), Before);
        var corrected = ((Event)new IdentifierCorrected(Key("home"), Key("ma"), null), Before);

        table.Accepts(typeof(IdentifierLinked), Relief, link);
        table.Accepts(typeof(IdentifierLinked), Relief, link with { Member = Key("ma") });
        table.Refuses(NotPermitted, Schools, link, linked);
        table.Refuses(NotPermitted, Home, link);
        table.Refuses(IdentifierAlreadyLinked, Relief, link with { Household = Key("absent") }, linked);
        table.Refuses(HouseholdUnknown, Relief, link with { Household = Key("absent") });
        table.Refuses(MemberUnknown, Relief, link with { Member = Key("stranger") });

        table.Accepts(typeof(IdentifierCorrected), Relief, correct, linked);
        table.Refuses(NotPermitted, First, correct);
        table.Refuses(IdentifierUnknown, Schools, correct);
        table.Refuses(NotPermitted, Schools, correct, linked);
        table.Refuses(NothingChanged, Relief, correct, linked, corrected);
        table.Refuses(HouseholdUnknown, Relief, correct with { Household = Key("absent") }, linked);
        table.Refuses(MemberUnknown, Relief, correct with { Member = Key("stranger") }, linked);
        return table;
    }

    internal static DecisionTable OfANotice()
    {
        var table = new DecisionTable("notice/told");
        var publish = new PublishNotice(Key("relief"), 1, "zh", NoticeText);
        var published = ((Event)new NoticePublished(Key("relief"), 1, "zh", NoticeText), Before);
        var full = Enumerable.Range(1, NoticeState.DocumentsMax)
            .Select(version => ((Event)new NoticePublished(Key("relief"), version, "zh", NoticeText), Before))
            .ToArray();

        table.Accepts(typeof(NoticePublished), Relief, publish);
        table.Accepts(typeof(NoticePublished), Relief, publish with { Version = 2 }, published);
        table.Accepts(typeof(NoticePublished), Relief, publish with { Language = "en" }, published);
        table.Refuses(NotPermitted, Schools, publish, published);
        table.Refuses(DepartmentUnknown, Unregistered, publish with { Department = Key("nowhere") }, published);
        table.Refuses(
            NoticeOfAnotherDepartment, Schools, publish with { Department = Key("schools"), Version = 0 }, published);
        table.Refuses(NoticeVersionInvalid, Relief, publish with { Version = 0 });
        table.Refuses(NoticeVersionExists, Relief, publish, full);
        table.Refuses(TooManyNoticeVersions, Relief, publish with { Language = "en" }, full);
        return table;
    }

    private static Period None() => new(Now, Now);

    private static DivisionCode Listed(string code) => DivisionCode.Parse(code);
}
