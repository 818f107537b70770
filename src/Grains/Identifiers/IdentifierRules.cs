using System.Diagnostics;
using Exchange.Grains.Facts;
using static Exchange.Grains.Rules.Decision;

namespace Exchange.Grains.Identifiers;

/// <summary>The rules of the kind identifier. Guards in order: the role, the link, the household, the member.</summary>
public sealed class IdentifierRules : GrainRules<IdentifierState, IdentifierCommand, IdentifierEvent>
{
    public static readonly IdentifierRules Instance = new();

    private IdentifierRules()
    {
    }

    public override GrainKind Kind => GrainKind.Identifier;

    public override GrainState Initial => IdentifierState.Initial;

    protected override ImmutableArray<FactQuestion> Questions(ChainId chain, Actor actor, IdentifierCommand command) =>
        command switch
        {
            LinkIdentifier link => [new HouseholdQuestion(ChainOf(link.Household), link.Member)],
            CorrectIdentifier correct => [new HouseholdQuestion(ChainOf(correct.Household), correct.Member)],
            _ => throw new UnreachableException($"No questions for {command.GetType().Name} to an identifier."),
        };

    protected override Decision Decide(
        IdentifierState state, IdentifierCommand command, CommandEnvelope envelope, UnixMilliseconds time) =>
        command switch
        {
            LinkIdentifier link => Link(state, link, envelope),
            CorrectIdentifier correct => Correct(state, correct, envelope),
            _ => throw new UnreachableException($"No rule for {command.GetType().Name} on an identifier."),
        };

    protected override IdentifierState Apply(IdentifierState state, IdentifierEvent @event, EntryPlace place) =>
        (state.Link, @event) switch
        {
            (null, IdentifierLinked e) => new(new IdentifierLink(
                e.Department, e.Scheme, e.Household, e.Member, place.Index)),
            ({ } link, IdentifierCorrected e) => new(link with
            {
                Household = e.Household,
                Member = e.Member,
                Entry = place.Index,
            }),
            _ => throw new UnreachableException($"{@event.GetType().Name} cannot follow this state of an identifier."),
        };

    protected override ImmutableArray<RowChange> Rows(
        IdentifierState before, IdentifierState after, ImmutableArray<Event> events, EntryPlace place) =>
        after.Link is { } link ? [new RowChange.Upsert(new IdentifierRow(place.Chain, link))] : [];

    private static Decision Link(IdentifierState state, LinkIdentifier c, CommandEnvelope envelope) =>
        envelope.FactOf<HouseholdFact>(ChainOf(c.Household)) switch
        {
            _ when !envelope.Actor.IsParty(new(GrainKind.Department, c.Department)) => Refuse(Refusal.NotPermitted),
            _ when state.Link is not null => Refuse(Refusal.IdentifierAlreadyLinked),
            null => Refuse(Refusal.HouseholdUnknown),
            { MemberKnown: false } => Refuse(Refusal.MemberUnknown),
            _ => Accept(new IdentifierLinked(c.Department, c.Scheme, c.Household, c.Member)),
        };

    private static Decision Correct(IdentifierState state, CorrectIdentifier c, CommandEnvelope envelope) =>
        state.Link switch
        {
            _ when envelope.Actor.Role != Role.Department => Refuse(Refusal.NotPermitted),
            null => Refuse(Refusal.IdentifierUnknown),
            { } link when !envelope.Actor.IsParty(new(GrainKind.Department, link.Department)) =>
                Refuse(Refusal.NotPermitted),
            { } link when link.Household == c.Household && link.Member == c.Member => Refuse(Refusal.NothingChanged),
            _ => envelope.FactOf<HouseholdFact>(ChainOf(c.Household)) switch
            {
                null => Refuse(Refusal.HouseholdUnknown),
                { MemberKnown: false } => Refuse(Refusal.MemberUnknown),
                _ => Accept(new IdentifierCorrected(c.Household, c.Member, c.Reason)),
            },
        };

    private static ChainId ChainOf(GrainKey household) => new(GrainKind.Household, household);
}
