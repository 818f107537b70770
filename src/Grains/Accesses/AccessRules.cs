using System.Diagnostics;

namespace Exchange.Grains.Accesses;

/// <summary>The rules of the kind access.</summary>
public sealed class AccessRules : GrainRules<AccessState, AccessCommand, AccessEvent>
{
    public static readonly AccessRules Instance = new();

    private AccessRules()
    {
    }

    public override GrainKind Kind => GrainKind.Access;

    public override GrainState Initial => AccessState.Initial;

    protected override ImmutableArray<FactQuestion> Questions(ChainId chain, Actor actor, AccessCommand command) =>
        throw new UnreachableException();

    protected override Decision Decide(
        AccessState state, AccessCommand command, CommandEnvelope envelope, UnixMilliseconds time) =>
        throw new UnreachableException();

    protected override AccessState Apply(AccessState state, AccessEvent @event, EntryPlace place) =>
        throw new UnreachableException();

    protected override ImmutableArray<RowChange> Rows(
        AccessState before, AccessState after, ImmutableArray<Event> events, EntryPlace place) =>
        throw new UnreachableException();
}
