using System.Diagnostics;

namespace Exchange.Grains.Households;

/// <summary>The rules of the kind household.</summary>
public sealed class HouseholdRules : GrainRules<HouseholdState, HouseholdCommand, HouseholdEvent>
{
    public static readonly HouseholdRules Instance = new();

    private HouseholdRules()
    {
    }

    public override GrainKind Kind => GrainKind.Household;

    public override GrainState Initial => HouseholdState.Initial;

    protected override ImmutableArray<FactQuestion> Questions(ChainId chain, Actor actor, HouseholdCommand command) =>
        throw new UnreachableException();

    protected override Decision Decide(
        HouseholdState state, HouseholdCommand command, CommandEnvelope envelope, UnixMilliseconds time) =>
        throw new UnreachableException();

    protected override HouseholdState Apply(HouseholdState state, HouseholdEvent @event, EntryPlace place) =>
        throw new UnreachableException();

    protected override ImmutableArray<RowChange> Rows(
        HouseholdState before, HouseholdState after, ImmutableArray<Event> events, EntryPlace place) =>
        throw new UnreachableException();
}
