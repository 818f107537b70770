using System.Diagnostics;

namespace Exchange.Grains.Departments;

/// <summary>The rules of the kind department.</summary>
public sealed class DepartmentRules : GrainRules<DepartmentState, DepartmentCommand, DepartmentEvent>
{
    public static readonly DepartmentRules Instance = new();

    private DepartmentRules()
    {
    }

    public override GrainKind Kind => GrainKind.Department;

    public override GrainState Initial => DepartmentState.Initial;

    protected override ImmutableArray<FactQuestion> Questions(ChainId chain, Actor actor, DepartmentCommand command) =>
        throw new UnreachableException();

    protected override Decision Decide(
        DepartmentState state, DepartmentCommand command, CommandEnvelope envelope, UnixMilliseconds time) =>
        throw new UnreachableException();

    protected override DepartmentState Apply(DepartmentState state, DepartmentEvent @event, EntryPlace place) =>
        throw new UnreachableException();

    protected override ImmutableArray<RowChange> Rows(
        DepartmentState before, DepartmentState after, ImmutableArray<Event> events, EntryPlace place) =>
        throw new UnreachableException();
}
