using System.Diagnostics;

namespace Exchange.Grains.Notices;

/// <summary>The rules of the kind notice.</summary>
public sealed class NoticeRules : GrainRules<NoticeState, NoticeCommand, NoticeEvent>
{
    public static readonly NoticeRules Instance = new();

    private NoticeRules()
    {
    }

    public override GrainKind Kind => GrainKind.Notice;

    public override GrainState Initial => NoticeState.Initial;

    protected override ImmutableArray<FactQuestion> Questions(ChainId chain, Actor actor, NoticeCommand command) =>
        throw new UnreachableException();

    protected override Decision Decide(
        NoticeState state, NoticeCommand command, CommandEnvelope envelope, UnixMilliseconds time) =>
        throw new UnreachableException();

    protected override NoticeState Apply(NoticeState state, NoticeEvent @event, EntryPlace place) =>
        throw new UnreachableException();

    protected override ImmutableArray<RowChange> Rows(
        NoticeState before, NoticeState after, ImmutableArray<Event> events, EntryPlace place) =>
        throw new UnreachableException();
}
