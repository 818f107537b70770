using System.Diagnostics;

namespace Exchange.Grains.Agreements;

/// <summary>The rules of the kind agreement.</summary>
public sealed class AgreementRules : GrainRules<AgreementState, AgreementCommand, AgreementEvent>
{
    public static readonly AgreementRules Instance = new();

    private AgreementRules()
    {
    }

    public override GrainKind Kind => GrainKind.Agreement;

    public override GrainState Initial => AgreementState.Initial;

    protected override ImmutableArray<FactQuestion> Questions(ChainId chain, Actor actor, AgreementCommand command) =>
        throw new UnreachableException();

    protected override Decision Decide(
        AgreementState state, AgreementCommand command, CommandEnvelope envelope, UnixMilliseconds time) =>
        throw new UnreachableException();

    protected override AgreementState Apply(AgreementState state, AgreementEvent @event, EntryPlace place) =>
        throw new UnreachableException();

    protected override ImmutableArray<RowChange> Rows(
        AgreementState before, AgreementState after, ImmutableArray<Event> events, EntryPlace place) =>
        throw new UnreachableException();
}
