using System.Diagnostics;

namespace Exchange.Grains.Buyers;

/// <summary>The rules of the kind buyer.</summary>
public sealed class BuyerRules : GrainRules<BuyerState, BuyerCommand, BuyerEvent>
{
    public static readonly BuyerRules Instance = new();

    private BuyerRules()
    {
    }

    public override GrainKind Kind => GrainKind.Buyer;

    public override GrainState Initial => BuyerState.Initial;

    protected override ImmutableArray<FactQuestion> Questions(ChainId chain, Actor actor, BuyerCommand command) =>
        throw new UnreachableException();

    protected override Decision Decide(
        BuyerState state, BuyerCommand command, CommandEnvelope envelope, UnixMilliseconds time) =>
        throw new UnreachableException();

    protected override BuyerState Apply(BuyerState state, BuyerEvent @event, EntryPlace place) =>
        throw new UnreachableException();

    protected override ImmutableArray<RowChange> Rows(
        BuyerState before, BuyerState after, ImmutableArray<Event> events, EntryPlace place) =>
        throw new UnreachableException();
}
