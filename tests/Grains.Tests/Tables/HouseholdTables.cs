using Exchange.Grains.Households;
using static Exchange.Grains.Refusal;
using static Exchange.Grains.Tests.Tables.Samples;
using static Exchange.Grains.Tests.Tables.World;

namespace Exchange.Grains.Tests.Tables;

/// <summary>The decision table of a household and its members.</summary>
internal static class HouseholdTables
{
    internal static DecisionTable OfMembers()
    {
        var table = new DecisionTable("household/home");
        Register(table);
        Correct(table);
        Members(table);
        return table;
    }

    private static void Register(DecisionTable table)
    {
        var register = new RegisterHousehold(Key("relief"), County, [Ma, Child]);
        var elsewhere = register with { County = DivisionCode.Parse("330102") };

        table.Accepts(typeof(HouseholdRegistered), Relief, register);
        table.Accepts(typeof(HouseholdRegistered), First, register);
        table.Accepts(typeof(HouseholdRegistered), OfficerOf("registrar"), register with { Members = [] });
        table.Refuses(NotPermitted, Home, register, Registered);
        table.Refuses(NotPermitted, Operator, register);
        table.Refuses(NotPermitted, Schools, register);
        table.Refuses(NotPermitted, First with { OnBehalfOf = Schools.Id }, register);
        table.Refuses(NotPermitted, First with { Channel = Channel.Import }, register);
        table.Refuses(AlreadyExists, OfficerOf("nobody"), elsewhere, Registered);
        table.Refuses(OfficerUnknown, OfficerOf("nobody"), elsewhere);
        table.Refuses(Refusal.OfficerRevoked, OfficerOf("gone"), elsewhere);
        table.Refuses(MandateNotInForce, OfficerOf("late"), elsewhere);
        table.Refuses(MandateInsufficient, OfficerOf("clerk"), elsewhere);
        table.Refuses(OutsideDivision, OfficerOf("elsewhere"), register);
        table.Refuses(OutsideDivision, Relief, elsewhere);
        table.Refuses(
            DepartmentUnknown, Unregistered, elsewhere with { Department = Key("nowhere") });
        table.Refuses(CountyUnknown, Relief, register with { County = DivisionCode.Parse("5201"), Members = [Ma, Ma] });
        table.Refuses(CountyUnknown, Relief, register with { County = DivisionCode.Parse("520199") });
        table.Refuses(TooManyMembers, Relief, register with { Members = [.. Enumerable.Repeat(Ma, 65)] });
        table.Refuses(MemberAlreadyExists, Relief, register with { Members = [Ma, Ma with { BirthYear = 1 }] });
        table.Refuses(BirthYearInvalid, Relief, register with { Members = [Ma, Child with { BirthYear = null }] });
        table.Refuses(BirthYearInvalid, Relief, register with { Members = [Child with { BirthYear = 2027 }] });
        table.Refuses(BirthYearInvalid, Relief, register with { Members = [Ma with { BirthYear = 1899 }] });
        table.Refuses(BirthYearInvalid, Relief, register with { Members = [Child with { BirthYear = int.MaxValue }] });
        table.Refuses(GuardianMissing, Relief, register with { Members = [Ma, Child with { Guardians = [] }] });
        table.Refuses(MemberUnknown, Relief, register with { Members = [Child] });
        table.Refuses(
            GuardianMissing, Relief, register with { Members = [Ma, Child, Youth with { Guardians = [Child.Id] }] });
        table.Refuses(
            GuardianMissing, Relief, register with { Members = [Child with { Guardians = [Child.Id] }] });
    }

    private static void Correct(DecisionTable table)
    {
        var correct = new CorrectHousehold(DivisionCode.Parse("520103"), null);

        table.Accepts(typeof(HouseholdCorrected), Relief, correct, Registered);
        table.Accepts(typeof(HouseholdCorrected), Second, correct, Registered);
        table.Refuses(NotPermitted, Home, correct);
        table.Refuses(HouseholdUnknown, Schools, correct);
        table.Refuses(NotPermitted, Schools, correct, Registered);
        table.Refuses(MandateInsufficient, OfficerOf("clerk"), correct with { County = County }, Registered);
        table.Refuses(CountyUnknown, Relief, correct with { County = DivisionCode.Parse("52") }, Registered);
        table.Refuses(NothingChanged, Relief, correct with { County = County }, Registered);
    }

    private static void Members(DecisionTable table)
    {
        var baby = Child with { Id = Key("baby"), BirthYear = 2026 };
        var left = ((Event)new MemberRemoved(Pa.Id, null), Early);
        var crowd = Enumerable.Range(0, HouseholdState.MembersMax - 4)
            .Select(number => ((Event)new MemberAdded(Ma with { Id = Key($"m{number}") }), Early)).Prepend(Registered);

        table.Accepts(typeof(MemberAdded), Relief, new AddMember(baby), Registered);
        table.Accepts(typeof(MemberAdded), First, new AddMember(baby), Registered);
        table.Refuses(NotPermitted, Home, new AddMember(Ma), Registered);
        table.Refuses(NotPermitted, Schools, new AddMember(Ma), Registered);
        table.Refuses(HouseholdUnknown, First, new AddMember(Ma));
        table.Refuses(OutsideDivision, OfficerOf("elsewhere"), new AddMember(Ma), Registered);
        table.Refuses(MemberAlreadyExists, Relief, new AddMember(Ma with { BirthYear = 1 }), [.. crowd]);
        table.Refuses(MemberHasLeft, Relief, new AddMember(Pa), Registered, left);
        table.Refuses(TooManyMembers, Relief, new AddMember(baby with { BirthYear = null }), [.. crowd]);
        table.Refuses(BirthYearInvalid, Relief, new AddMember(baby with { BirthYear = null }), Registered);
        table.Refuses(MemberHasLeft, Relief, new AddMember(baby with { Guardians = [Pa.Id] }), Registered, left);

        table.Accepts(typeof(MemberCorrected), First, new CorrectMember(Child with { BirthYear = 2016 }), Registered);
        table.Refuses(NotPermitted, Home, new CorrectMember(Ma), Registered);
        table.Refuses(MemberUnknown, Relief, new CorrectMember(baby with { BirthYear = null }), Registered);
        table.Refuses(MemberHasLeft, Relief, new CorrectMember(Pa), Registered, left);
        table.Refuses(BirthYearInvalid, Relief, new CorrectMember(Child with { BirthYear = 1 }), Registered);

        table.Accepts(typeof(MemberRemoved), Relief, new RemoveMember(Pa.Id, Sealed(3)), Registered);
        table.Refuses(NotPermitted, Neighbour, new RemoveMember(Pa.Id, null));
        table.Refuses(MemberUnknown, First, new RemoveMember(baby.Id, null), Registered);
        table.Refuses(MemberHasLeft, First, new RemoveMember(Pa.Id, null), Registered, left);
    }
}
