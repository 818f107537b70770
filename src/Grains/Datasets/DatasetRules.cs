using System.Diagnostics;

namespace Exchange.Grains.Datasets;

/// <summary>The rules of the kind dataset.</summary>
public sealed class DatasetRules : GrainRules<DatasetState, DatasetCommand, DatasetEvent>
{
    public static readonly DatasetRules Instance = new();

    private DatasetRules()
    {
    }

    public override GrainKind Kind => GrainKind.Dataset;

    public override GrainState Initial => DatasetState.Initial;

    protected override ImmutableArray<FactQuestion> Questions(ChainId chain, Actor actor, DatasetCommand command) =>
        throw new UnreachableException();

    protected override Decision Decide(
        DatasetState state, DatasetCommand command, CommandEnvelope envelope, UnixMilliseconds time) =>
        throw new UnreachableException();

    protected override DatasetState Apply(DatasetState state, DatasetEvent @event, EntryPlace place) =>
        throw new UnreachableException();

    protected override ImmutableArray<RowChange> Rows(
        DatasetState before, DatasetState after, ImmutableArray<Event> events, EntryPlace place) =>
        throw new UnreachableException();
}
