using System.Diagnostics;
using Exchange.Grains.Facts;
using static Exchange.Grains.Rules.Decision;

namespace Exchange.Grains.Notices;

/// <summary>The rules of the kind notice. Guards in order: the role, the departments, the version.</summary>
public sealed class NoticeRules : GrainRules<NoticeState, NoticeCommand, NoticeEvent>
{
    public static readonly NoticeRules Instance = new();

    private NoticeRules()
    {
    }

    public override GrainKind Kind => GrainKind.Notice;

    public override GrainState Initial => NoticeState.Initial;

    protected override ImmutableArray<FactQuestion> Questions(ChainId chain, Actor actor, NoticeCommand command) =>
        command switch
        {
            PublishNotice publish => [new DepartmentQuestion(ChainOf(publish.Department))],
            _ => throw new UnreachableException($"No questions for {command.GetType().Name} to a notice."),
        };

    protected override Decision Decide(
        NoticeState state, NoticeCommand command, CommandEnvelope envelope, UnixMilliseconds time) =>
        command switch
        {
            PublishNotice publish => Publish(state, publish, envelope),
            _ => throw new UnreachableException($"No rule for {command.GetType().Name} on a notice."),
        };

    protected override NoticeState Apply(NoticeState state, NoticeEvent @event, EntryPlace place) => @event switch
    {
        NoticePublished e => new(
            e.Department, state.Documents.Add(NoticeState.KeyOf(e.Version, e.Language), e.Document)),
        _ => throw new UnreachableException($"{@event.GetType().Name} is no event of a notice."),
    };

    protected override ImmutableArray<RowChange> Rows(
        NoticeState before, NoticeState after, ImmutableArray<Event> events, EntryPlace place) =>
        after.Department is { } department
            ? [new RowChange.Upsert(new NoticeRow(place.Chain, department, after.Documents))]
            : [];

    private static Decision Publish(NoticeState state, PublishNotice c, CommandEnvelope envelope) => state switch
    {
        _ when !envelope.Actor.IsParty(ChainOf(c.Department)) => Refuse(Refusal.NotPermitted),
        _ when envelope.FactOf<DepartmentFact>(ChainOf(c.Department)) is null => Refuse(Refusal.DepartmentUnknown),
        { Department: { } owner } when owner != c.Department => Refuse(Refusal.NoticeOfAnotherDepartment),
        _ when c.Version < 1 => Refuse(Refusal.NoticeVersionInvalid),
        _ when state.Documents.ContainsKey(NoticeState.KeyOf(c.Version, c.Language)) =>
            Refuse(Refusal.NoticeVersionExists),
        { Documents.Count: >= NoticeState.DocumentsMax } => Refuse(Refusal.TooManyNoticeVersions),
        _ => Accept(new NoticePublished(c.Department, c.Version, c.Language, c.Document)),
    };

    private static ChainId ChainOf(GrainKey department) => new(GrainKind.Department, department);
}
