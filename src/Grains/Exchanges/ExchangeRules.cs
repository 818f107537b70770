using System.Diagnostics;

namespace Exchange.Grains.Exchanges;

/// <summary>The rules of the kind exchange.</summary>
public sealed class ExchangeRules : GrainRules<ExchangeState, ExchangeCommand, ExchangeEvent>
{
    public static readonly ExchangeRules Instance = new();

    private ExchangeRules()
    {
    }

    public override GrainKind Kind => GrainKind.Exchange;

    public override GrainState Initial => ExchangeState.Initial;

    protected override ImmutableArray<FactQuestion> Questions(ChainId chain, Actor actor, ExchangeCommand command) =>
        throw new UnreachableException();

    protected override Decision Decide(
        ExchangeState state, ExchangeCommand command, CommandEnvelope envelope, UnixMilliseconds time) =>
        throw new UnreachableException();

    protected override ExchangeState Apply(ExchangeState state, ExchangeEvent @event, EntryPlace place) =>
        throw new UnreachableException();

    protected override ImmutableArray<RowChange> Rows(
        ExchangeState before, ExchangeState after, ImmutableArray<Event> events, EntryPlace place) =>
        throw new UnreachableException();
}
