using System.Diagnostics;
using Exchange.Grains.Codes;
using Exchange.Grains.Facts;
using static Exchange.Grains.Rules.Decision;

namespace Exchange.Grains.Exchanges;

/// <summary>
/// The rules of the kind exchange. Guards in order: the role, the exchange, the officer, what is asked.
/// </summary>
public sealed class ExchangeRules : GrainRules<ExchangeState, ExchangeCommand, ExchangeEvent>
{
    /// <summary>SHA-256, ECDSA P-256 and Ed25519: the only suite of rules 1.</summary>
    public const int SuiteOfRules = 1;

    public static readonly ExchangeRules Instance = new();

    private ExchangeRules()
    {
    }

    public override GrainKind Kind => GrainKind.Exchange;

    public override GrainState Initial => ExchangeState.Initial;

    protected override ImmutableArray<FactQuestion> Questions(ChainId chain, Actor actor, ExchangeCommand command) =>
        command switch
        {
            AppointOfficer appoint => [new DepartmentQuestion(ChainOf(appoint.Department))],
            InitialiseExchange or RevokeOfficer => [],
            _ => throw new UnreachableException($"No questions for {command.GetType().Name} to the exchange."),
        };

    protected override Decision Decide(
        ExchangeState state, ExchangeCommand command, CommandEnvelope envelope, UnixMilliseconds time) =>
        command switch
        {
            InitialiseExchange initialise => Initialise(state, initialise, envelope.Actor),
            AppointOfficer appoint => Appoint(state, appoint, envelope),
            RevokeOfficer revoke => Revoke(state, revoke, envelope.Actor),
            _ => throw new UnreachableException($"No rule for {command.GetType().Name} on the exchange."),
        };

    protected override ExchangeState Apply(ExchangeState state, ExchangeEvent @event, EntryPlace place) => @event switch
    {
        ExchangeInitialised e => state with { Exchange = e.Exchange },
        OfficerAppointed e => state with
        {
            Officers = state.Officers.Add(e.Officer, new(
                e.Department, e.Division, e.Mandate, e.Term, null, SealedView.Of(e.Name, place.Index))),
        },
        OfficerRevoked e => state with
        {
            Officers = state.Officers.SetItem(
                e.Officer, state.Officers[e.Officer] with { RevokedAt = place.RecordedAt }),
        },
        _ => throw new UnreachableException($"{@event.GetType().Name} is no event of the exchange."),
    };

    protected override ImmutableArray<RowChange> Rows(
        ExchangeState before, ExchangeState after, ImmutableArray<Event> events, EntryPlace place) =>
    [
        .. from each in events
           let officer = each switch
           {
               OfficerAppointed e => e.Officer,
               OfficerRevoked e => e.Officer,
               _ => (GrainKey?)null,
           }
           where officer is not null
           select new RowChange.Upsert(new OfficerRow(place.Chain, officer.Value, after.Officers[officer.Value])),
    ];

    private static Decision Initialise(ExchangeState state, InitialiseExchange c, Actor actor) => state switch
    {
        _ when !actor.IsSystem() => Refuse(Refusal.NotPermitted),
        { Exchange: not null } => Refuse(Refusal.ExchangeAlreadyInitialised),
        _ when c.Suite != SuiteOfRules => Refuse(Refusal.SuiteNotSupported),
        _ => Accept(new ExchangeInitialised(c.Exchange, c.Suite, c.TokenKey)),
    };

    private static Decision Appoint(ExchangeState state, AppointOfficer c, CommandEnvelope envelope)
    {
        var department = envelope.FactOf<DepartmentFact>(ChainOf(c.Department));
        return state switch
        {
            _ when !envelope.Actor.IsParty(ChainOf(c.Department)) => Refuse(Refusal.NotPermitted),
            { Exchange: null } => Refuse(Refusal.GrainUnknown),
            _ when department is null => Refuse(Refusal.DepartmentUnknown),
            _ when state.Officers.TryGetValue(c.Officer, out var known) =>
                Refuse(known.RevokedAt is null ? Refusal.OfficerAlreadyAppointed : Refusal.OfficerRevoked),
            { Officers.Count: >= ExchangeState.OfficersMax } => Refuse(Refusal.TooManyOfficers),
            _ when !Divisions.IsListed(c.Division) => Refuse(Refusal.DivisionUnknown),
            _ when !department.Division.Contains(c.Division) => Refuse(Refusal.OutsideDivision),
            _ when c.Term.IsEmpty => Refuse(Refusal.PeriodEmpty),
            _ => Accept(new OfficerAppointed(c.Officer, c.Department, c.Division, c.Mandate, c.Term, c.Name)),
        };
    }

    private static Decision Revoke(ExchangeState state, RevokeOfficer c, Actor actor) =>
        state.Officers.GetValueOrDefault(c.Officer) switch
        {
            _ when actor.Role != Role.Department => Refuse(Refusal.NotPermitted),
            _ when state.Exchange is null => Refuse(Refusal.GrainUnknown),
            null => Refuse(Refusal.OfficerUnknown),
            { } officer when !actor.IsParty(ChainOf(officer.Department)) => Refuse(Refusal.NotPermitted),
            { RevokedAt: not null } => Refuse(Refusal.OfficerRevoked),
            _ => Accept(new OfficerRevoked(c.Officer, c.Reason)),
        };

    private static ChainId ChainOf(GrainKey department) => new(GrainKind.Department, department);
}
