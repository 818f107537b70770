using Exchange.Grains.Agreements;
using Exchange.Grains.Buyers;
using Exchange.Grains.Departments;
using Exchange.Grains.Exchanges;
using Exchange.Grains.Households;
using Exchange.Grains.Notices;

namespace Exchange.Grains.Facts;

// family: facts about parties, each beside its question

/// <summary>That a department is registered.</summary>
[Wire(1)]
public sealed record DepartmentFact(DivisionCode Division) : Fact;

/// <summary>Is this department registered?</summary>
[Wire(1)]
public sealed record DepartmentQuestion(ChainId Chain) : FactQuestion(Chain)
{
    public override Fact? Answer(GrainState state) =>
        state is DepartmentState { Details: { } details } ? new DepartmentFact(details.Division) : null;
}

/// <summary>What an officer may do; judged at the entry's time.</summary>
[Wire(2)]
public sealed record OfficerFact(
    GrainKey Department, DivisionCode Division, Mandate Mandate, Period Term, UnixMilliseconds? RevokedAt) : Fact;

/// <summary>What may this officer do?</summary>
[Wire(2)]
public sealed record OfficerQuestion(ChainId Chain, GrainKey Officer) : FactQuestion(Chain)
{
    public override Fact? Answer(GrainState state) =>
        state is ExchangeState exchange && exchange.Officers.TryGetValue(Officer, out var officer)
            ? new OfficerFact(officer.Department, officer.Division, officer.Mandate, officer.Term, officer.RevokedAt)
            : null;
}

/// <summary>The digest of a published notice.</summary>
[Wire(3)]
public sealed record NoticeFact(GrainKey Department, Digest Document) : Fact;

/// <summary>What does this version of a notice say?</summary>
[Wire(3)]
public sealed record NoticeQuestion(ChainId Chain, int Version, string Language) : FactQuestion(Chain)
{
    public override Fact? Answer(GrainState state) =>
        state is NoticeState { Department: { } department } notice
            && notice.Documents.TryGetValue(NoticeState.KeyOf(Version, Language), out var document)
            ? new NoticeFact(department, document)
            : null;
}

/// <summary>Where a buyer stands, and whether it stated the purposes asked about.</summary>
[Wire(4)]
public sealed record BuyerFact(BuyerStatus Status, bool PurposesStated) : Fact;

/// <summary>Is this buyer approved, and for these purposes?</summary>
[Wire(4)]
public sealed record BuyerQuestion(ChainId Chain, ImmutableSortedSet<PurposeCode> Purposes) : FactQuestion(Chain)
{
    public override Fact? Answer(GrainState state) =>
        state is BuyerState { Details: { } details, Status: { } status }
            ? new BuyerFact(status, Purposes.IsSubsetOf(details.Purposes))
            : null;
}

/// <summary>Where a household lives, and whether the member asked about belongs to it.</summary>
[Wire(5)]
public sealed record HouseholdFact(DivisionCode County, bool MemberKnown) : Fact;

/// <summary>Is this household registered, with this member?</summary>
[Wire(5)]
public sealed record HouseholdQuestion(ChainId Chain, GrainKey? Member) : FactQuestion(Chain)
{
    public override Fact? Answer(GrainState state) =>
        state is HouseholdState { Details: { } details } household
            ? new HouseholdFact(details.County, Member is not { } member || household.Members.ContainsKey(member))
            : null;
}

/// <summary>Between whom an agreement is, and where it stands.</summary>
[Wire(6)]
public sealed record AgreementFact(ChainId Licensor, ChainId Licensee, AgreementStatus Status) : Fact;

/// <summary>Between whom is this agreement?</summary>
[Wire(6)]
public sealed record AgreementQuestion(ChainId Chain) : FactQuestion(Chain)
{
    public override Fact? Answer(GrainState state) =>
        state is AgreementState { Terms: { } terms, Status: { } status }
            ? new AgreementFact(terms.Licensor, terms.Licensee, status)
            : null;
}

/// <summary>That a party's chain noted an agreement in the entry that is cited.</summary>
[Wire(7)]
public sealed record NotedFact(GrainKey Agreement) : Fact;

/// <summary>
/// Which agreement did the entry at the cited head note? Supplied by the process from the receipt it got.
/// </summary>
[Wire(7)]
public sealed record NotedQuestion(ChainId Chain) : FactQuestion(Chain)
{
    public override Fact? Answer(GrainState state) => state switch
    {
        BuyerState { LastNoted: { } agreement } => new NotedFact(agreement),
        DepartmentState { LastNoted: { } agreement } => new NotedFact(agreement),
        _ => null,
    };
}
