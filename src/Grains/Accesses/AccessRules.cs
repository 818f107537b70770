using System.Diagnostics;
using static Exchange.Grains.Rules.Decision;

namespace Exchange.Grains.Accesses;

/// <summary>The rules of the kind access. Guards in order: the role, what the command says.</summary>
public sealed class AccessRules : GrainRules<AccessState, AccessCommand, AccessEvent>
{
    public static readonly AccessRules Instance = new();

    private AccessRules()
    {
    }

    public override GrainKind Kind => GrainKind.Access;

    public override GrainState Initial => AccessState.Initial;

    protected override ImmutableArray<FactQuestion> Questions(ChainId chain, Actor actor, AccessCommand command) => [];

    protected override Decision Decide(
        AccessState state, AccessCommand command, CommandEnvelope envelope, UnixMilliseconds time) =>
        command switch
        {
            // A regulator's accesses stand on a chain of its own name.
            _ when !envelope.Actor.IsParty(new(GrainKind.Regulator, envelope.Chain.Key)) =>
                Refuse(Refusal.NotPermitted),

            RecordAccess record when string.IsNullOrWhiteSpace(record.CaseNumber) => Refuse(Refusal.CaseNumberMissing),
            RecordAccess record => Accept(new AccessRecorded(
                record.CaseNumber, record.Operation, record.Household, record.Households, record.Count)),

            _ => throw new UnreachableException($"No rule for {command.GetType().Name} on a record of access."),
        };

    protected override AccessState Apply(AccessState state, AccessEvent @event, EntryPlace place) => @event switch
    {
        AccessRecorded => state,
        _ => throw new UnreachableException($"{@event.GetType().Name} is no event of a record of access."),
    };

    protected override ImmutableArray<RowChange> Rows(
        AccessState before, AccessState after, ImmutableArray<Event> events, EntryPlace place) =>
        [.. events.Select(each => new RowChange.Upsert(
            new AccessRow(place.Chain, place.Index, place.RecordedAt, (AccessRecorded)each)))];
}
