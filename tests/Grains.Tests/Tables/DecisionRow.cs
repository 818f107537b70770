namespace Exchange.Grains.Tests.Tables;

/// <summary>One row of a decision table: what had happened, who asks what, and the answer.</summary>
/// <param name="Then">The refusal, or nothing where the command is accepted.</param>
/// <param name="Events">The types of the events, where it is accepted.</param>
internal sealed record DecisionRow(
    ChainId Chain, ImmutableArray<(Event What, UnixMilliseconds When)> Given, Actor Actor, Command Command,
    UnixMilliseconds Time, Refusal? Then, ImmutableArray<Type> Events)
{
    internal GrainRules Rules => GrainCatalog.Rules[Chain.Kind];

    internal GrainState State => Fold(Given.Length);

    internal ImmutableArray<CitedFact> Facts => World.FactsFor(Rules, Chain, Actor, Command);

    public override string ToString() =>
        $"{Command.GetType().Name} by {Actor.Id} after [{string.Join(' ', Given.Select(g => g.What.GetType().Name))}]"
        + $" -> {Then?.ToString() ?? string.Join(' ', Events.Select(e => e.Name))}";

    /// <summary>The state after the first events.</summary>
    internal GrainState Fold(int count)
    {
        var state = Rules.Initial;
        for (var at = 0; at < count; at++)
        {
            state = Rules.Apply(state, Given[at].What, new(Chain, new(at), Given[at].When));
        }

        return state;
    }

    internal Decision Decide() =>
        Rules.Decide(State, new(Chain, default, Actor, Command, Facts), Time);
}

/// <summary>A table that grows row by row.</summary>
internal sealed class DecisionTable(string chain)
{
    private readonly List<DecisionRow> _rows = [];

    internal IReadOnlyList<DecisionRow> Rows => _rows;

    internal void Refuses(Refusal then, Actor actor, Command command, params (Event, UnixMilliseconds)[] given) =>
        Refuses(then, World.Now, actor, command, given);

    internal void Refuses(
        Refusal then, UnixMilliseconds time, Actor actor, Command command, params (Event, UnixMilliseconds)[] given) =>
        _rows.Add(new(ChainId.Parse(chain), [.. given], actor, command, time, then, []));

    internal void Accepts(Type then, Actor actor, Command command, params (Event, UnixMilliseconds)[] given) =>
        Accepts([then], World.Now, actor, command, given);

    internal void Accepts(
        Type[] then, UnixMilliseconds time, Actor actor, Command command, params (Event, UnixMilliseconds)[] given) =>
        _rows.Add(new(ChainId.Parse(chain), [.. given], actor, command, time, null, [.. then]));
}
