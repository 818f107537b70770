namespace Exchange.Grains.Rules;

/// <summary>
/// The rules of one kind of grain: pure functions, so that every host and every regulator decides alike.
/// </summary>
public abstract class GrainRules
{
    /// <summary>The version of the rules that new entries are decided by.</summary>
    public const int Version = 1;

    public abstract GrainKind Kind { get; }

    /// <summary>The state before the first entry.</summary>
    public abstract GrainState Initial { get; }

    /// <summary>Whether a command is one to grains of this kind.</summary>
    public abstract bool Decides(Command command);

    /// <summary>The version of the state's form in snapshots.</summary>
    public abstract int StateVersion { get; }

    /// <summary>
    /// What must be read from other chains before a command can be decided, at most sixteen questions.
    /// </summary>
    public abstract ImmutableArray<FactQuestion> Questions(ChainId chain, Actor actor, Command command);

    /// <summary>
    /// Decides a command on a state at a moment. Refusals are values; an impossible pair is a bug and throws.
    /// </summary>
    public abstract Decision Decide(GrainState state, CommandEnvelope envelope, UnixMilliseconds time);

    /// <summary>The state after an event.</summary>
    public abstract GrainState Apply(GrainState state, Event @event, EntryPlace place);

    /// <summary>What changes in the tables because of an entry.</summary>
    public abstract ImmutableArray<RowChange> Rows(
        GrainState before, GrainState after, ImmutableArray<Event> events, EntryPlace place);

    public abstract void WriteState(CanonicalWriter writer, GrainState state);

    public abstract GrainState ReadState(ref CanonicalReader reader);
}

/// <summary>Gives the rules of one kind their types.</summary>
public abstract class GrainRules<TState, TCommand, TEvent> : GrainRules
    where TState : GrainState
    where TCommand : Command
    where TEvent : Event
{
    public override int StateVersion => 1;

    public sealed override bool Decides(Command command) => command is TCommand;

    public sealed override ImmutableArray<FactQuestion> Questions(ChainId chain, Actor actor, Command command) =>
        Questions(chain, actor, (TCommand)command);

    public sealed override Decision Decide(GrainState state, CommandEnvelope envelope, UnixMilliseconds time) =>
        Decide((TState)state, (TCommand)envelope.Command, envelope, time);

    public sealed override GrainState Apply(GrainState state, Event @event, EntryPlace place) =>
        Apply((TState)state, (TEvent)@event, place);

    public sealed override ImmutableArray<RowChange> Rows(
        GrainState before, GrainState after, ImmutableArray<Event> events, EntryPlace place) =>
        Rows((TState)before, (TState)after, events, place);

    public sealed override void WriteState(CanonicalWriter writer, GrainState state) =>
        WireCodec<TState>.Write(writer, (TState)state);

    public sealed override GrainState ReadState(ref CanonicalReader reader) => WireCodec<TState>.Read(ref reader);

    protected abstract ImmutableArray<FactQuestion> Questions(ChainId chain, Actor actor, TCommand command);

    protected abstract Decision Decide(TState state, TCommand command, CommandEnvelope envelope, UnixMilliseconds time);

    protected abstract TState Apply(TState state, TEvent @event, EntryPlace place);

    protected abstract ImmutableArray<RowChange> Rows(
        TState before, TState after, ImmutableArray<Event> events, EntryPlace place);
}
