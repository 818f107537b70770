using Exchange.Grains.Codes;
using Exchange.Grains.Exchanges;
using Exchange.Grains.Facts;
using static Exchange.Grains.Rules.Decision;

namespace Exchange.Grains.Households;

/// <summary>
/// Decides about a household and its members. Guards in order: the role, the household, the officer's authority, the
/// member, what is said of it.
/// </summary>
internal static class MemberDecider
{
    internal static Decision Register(HouseholdCase on, RegisterHousehold c)
    {
        var department = new ChainId(GrainKind.Department, c.Department);
        var fact = on.Envelope.FactOf<DepartmentFact>(department);
        return on switch
        {
            _ when !on.Actor.IsParty(department) && !(on.Actor.IsOfficer() && on.Actor.OnBehalfOf == department) =>
                Refuse(Refusal.NotPermitted),
            { State.Details: not null } => Refuse(Refusal.AlreadyExists),
            _ when on.OfficerLacks(Mandate.RegisterHouseholds, c.County) is { } lack => Refuse(lack),
            { ByDepartment: true } when fact is null => Refuse(Refusal.DepartmentUnknown),
            { ByDepartment: true } when !fact.Division.Contains(c.County) => Refuse(Refusal.OutsideDivision),
            _ when !Divisions.IsListedCounty(c.County) => Refuse(Refusal.CountyUnknown),
            _ when c.Members.Length > HouseholdState.MembersMax => Refuse(Refusal.TooManyMembers),
            _ when c.Members.DistinctBy(member => member.Id).Count() != c.Members.Length =>
                Refuse(Refusal.MemberAlreadyExists),
            _ when FirstWrong(on, c.Members) is { } wrong => Refuse(wrong),
            _ => Accept(new HouseholdRegistered(c.Department, c.County, c.Members)),
        };
    }

    internal static Decision Correct(HouseholdCase on, CorrectHousehold c) => on switch
    {
        _ when CannotKeep(on) is { } refusal => Refuse(refusal),
        _ when !Divisions.IsListedCounty(c.County) => Refuse(Refusal.CountyUnknown),
        _ when c.County == on.State.Details!.County => Refuse(Refusal.NothingChanged),
        _ => Accept(new HouseholdCorrected(c.County, c.Note)),
    };

    internal static Decision Add(HouseholdCase on, AddMember c) => on switch
    {
        _ when CannotKeep(on) is { } refusal => Refuse(refusal),
        _ when on.State.Members.ContainsKey(c.Member.Id) => Refuse(Refusal.MemberAlreadyExists),
        _ when on.State.FormerMembers.Contains(c.Member.Id) => Refuse(Refusal.MemberHasLeft),
        _ when IsFull(on.State) => Refuse(Refusal.TooManyMembers),
        _ when FirstWrong(on, [c.Member]) is { } wrong => Refuse(wrong),
        _ => Accept(new MemberAdded(c.Member)),
    };

    internal static Decision Correct(HouseholdCase on, CorrectMember c) => on switch
    {
        _ when CannotKeep(on) is { } refusal => Refuse(refusal),
        _ when on.Absent(c.Member.Id) is { } absent => Refuse(absent),
        _ when FirstWrong(on, [c.Member]) is { } wrong => Refuse(wrong),
        _ => Accept(new MemberCorrected(c.Member)),
    };

    internal static Decision Remove(HouseholdCase on, RemoveMember c) => on switch
    {
        _ when CannotKeep(on) is { } refusal => Refuse(refusal),
        _ when on.Absent(c.Member) is { } absent => Refuse(absent),
        _ => Accept(new MemberRemoved(c.Member, c.Note)),
    };

    // The household itself does not say who belongs to it: its department or an officer does.
    private static Refusal? CannotKeep(HouseholdCase on) => on switch
    {
        _ when !on.ByDepartment && !on.Actor.IsOfficer() => Refusal.NotPermitted,
        { State.Details: null } => Refusal.HouseholdUnknown,
        { ByDepartment: true, ByOwnDepartment: false } => Refusal.NotPermitted,
        _ => on.OfficerLacks(Mandate.RegisterHouseholds),
    };

    private static bool IsFull(HouseholdState state) =>
        state.Members.Count >= HouseholdState.MembersMax
        || state.Members.Count + state.FormerMembers.Count >= HouseholdState.MembersEverMax;

    private static Refusal? FirstWrong(HouseholdCase on, ImmutableArray<NewMember> entered)
    {
        foreach (var member in entered)
        {
            if (Wrong(on, entered, member) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    private static Refusal? Wrong(HouseholdCase on, ImmutableArray<NewMember> entered, NewMember member)
    {
        if (member.BirthYear is { } born ? born < Ages.BirthYearMin || born > Ages.YearOf(on.Time) : !member.Adult)
        {
            return Refusal.BirthYearInvalid;
        }

        foreach (var guardian in member.Guardians)
        {
            if (guardian == member.Id)
            {
                return Refusal.GuardianMissing;
            }

            var asMember = entered.FirstOrDefault(other => other.Id == guardian) is { } other
                ? HouseholdFold.MemberOf(other, details: null)
                : on.State.Members.GetValueOrDefault(guardian);
            if (asMember is null)
            {
                return on.Absent(guardian);
            }

            if (!Ages.IsAdult(asMember, on.Time))
            {
                return Refusal.GuardianMissing;
            }
        }

        var isMinor = !Ages.IsAdult(HouseholdFold.MemberOf(member, details: null), on.Time);
        return isMinor && member.Guardians.IsEmpty ? Refusal.GuardianMissing : null;
    }
}
