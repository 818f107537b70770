using System.Diagnostics;
using Exchange.Grains.Codes;
using Exchange.Grains.Facts;
using static Exchange.Grains.Rules.Decision;

namespace Exchange.Grains.Departments;

/// <summary>The rules of the kind department. Guards in order: the role, the department, what is asked.</summary>
public sealed class DepartmentRules : GrainRules<DepartmentState, DepartmentCommand, DepartmentEvent>
{
    public static readonly DepartmentRules Instance = new();

    private DepartmentRules()
    {
    }

    public override GrainKind Kind => GrainKind.Department;

    public override GrainState Initial => DepartmentState.Initial;

    protected override ImmutableArray<FactQuestion> Questions(ChainId chain, Actor actor, DepartmentCommand command) =>
        command switch
        {
            NoteLicence note => [new AgreementQuestion(ChainOf(note.Agreement))],
            RegisterDepartment or CorrectDepartment => [],
            _ => throw new UnreachableException($"No questions for {command.GetType().Name} to a department."),
        };

    protected override Decision Decide(
        DepartmentState state, DepartmentCommand command, CommandEnvelope envelope, UnixMilliseconds time) =>
        command switch
        {
            RegisterDepartment register => Register(state, register, envelope.Actor),
            CorrectDepartment correct => Correct(state, correct, envelope),
            NoteLicence note => Note(state, note, envelope),
            _ => throw new UnreachableException($"No rule for {command.GetType().Name} on a department."),
        };

    protected override DepartmentState Apply(DepartmentState state, DepartmentEvent @event, EntryPlace place) =>
        (state, @event) switch
        {
            (_, DepartmentRegistered e) => new(
                new(e.LegalName, e.CreditCode, e.Contact, e.Division, e.Authority), LastNoted: null),
            ({ Details: { } details }, DepartmentCorrected e) => new(Corrected(details, e), LastNoted: null),
            (_, LicenceNoted e) => state with { LastNoted = e.Agreement },
            _ => throw new UnreachableException($"{@event.GetType().Name} cannot follow this state of a department."),
        };

    protected override ImmutableArray<RowChange> Rows(
        DepartmentState before, DepartmentState after, ImmutableArray<Event> events, EntryPlace place) =>
        after.Details is { } details && !ReferenceEquals(before.Details, details)
            ? [new RowChange.Upsert(new DepartmentRow(place.Chain, details))]
            : [];

    private static Decision Register(DepartmentState state, RegisterDepartment c, Actor actor) => state switch
    {
        _ when !actor.IsOperator() => Refuse(Refusal.NotPermitted),
        { Details: not null } => Refuse(Refusal.AlreadyExists),
        _ when !CreditCode.IsValid(c.CreditCode) => Refuse(Refusal.CreditCodeInvalid),
        _ when !Divisions.IsListed(c.Division) => Refuse(Refusal.DivisionUnknown),
        _ => Accept(new DepartmentRegistered(c.LegalName, c.CreditCode, c.Contact, c.Division, c.Authority)),
    };

    private static Decision Correct(DepartmentState state, CorrectDepartment c, CommandEnvelope envelope)
    {
        var corrected = new DepartmentCorrected(c.LegalName, c.Contact);
        return state.Details switch
        {
            _ when !envelope.Actor.IsOperator() && !envelope.Actor.IsParty(envelope.Chain) =>
                Refuse(Refusal.NotPermitted),
            null => Refuse(Refusal.DepartmentUnknown),
            { } details when Corrected(details, corrected) == details => Refuse(Refusal.NothingChanged),
            _ => Accept(corrected),
        };
    }

    private static Decision Note(DepartmentState state, NoteLicence c, CommandEnvelope envelope) =>
        envelope.FactOf<AgreementFact>(ChainOf(c.Agreement)) switch
        {
            _ when !envelope.Actor.IsProcessOf(c.Agreement) => Refuse(Refusal.NotPermitted),
            _ when state.Details is null => Refuse(Refusal.DepartmentUnknown),
            null => Refuse(Refusal.AgreementUnknown),
            { } agreement when agreement.Licensor != envelope.Chain && agreement.Licensee != envelope.Chain =>
                Refuse(Refusal.LicensorDiffers),
            _ => Accept(new LicenceNoted(c.Agreement)),
        };

    private static DepartmentDetails Corrected(DepartmentDetails details, DepartmentCorrected e) =>
        details with { LegalName = e.LegalName ?? details.LegalName, Contact = e.Contact ?? details.Contact };

    private static ChainId ChainOf(GrainKey agreement) => new(GrainKind.Agreement, agreement);
}
