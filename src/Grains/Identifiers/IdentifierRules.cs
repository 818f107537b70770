using System.Diagnostics;

namespace Exchange.Grains.Identifiers;

/// <summary>The rules of the kind identifier.</summary>
public sealed class IdentifierRules : GrainRules<IdentifierState, IdentifierCommand, IdentifierEvent>
{
    public static readonly IdentifierRules Instance = new();

    private IdentifierRules()
    {
    }

    public override GrainKind Kind => GrainKind.Identifier;

    public override GrainState Initial => IdentifierState.Initial;

    protected override ImmutableArray<FactQuestion> Questions(ChainId chain, Actor actor, IdentifierCommand command) =>
        throw new UnreachableException();

    protected override Decision Decide(
        IdentifierState state, IdentifierCommand command, CommandEnvelope envelope, UnixMilliseconds time) =>
        throw new UnreachableException();

    protected override IdentifierState Apply(IdentifierState state, IdentifierEvent @event, EntryPlace place) =>
        throw new UnreachableException();

    protected override ImmutableArray<RowChange> Rows(
        IdentifierState before, IdentifierState after, ImmutableArray<Event> events, EntryPlace place) =>
        throw new UnreachableException();
}
