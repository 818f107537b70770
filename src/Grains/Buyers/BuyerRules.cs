using System.Diagnostics;
using Exchange.Grains.Codes;
using Exchange.Grains.Facts;
using static Exchange.Grains.Rules.Decision;

namespace Exchange.Grains.Buyers;

/// <summary>
/// The rules of the kind buyer. Guards in order: the role, the buyer's existence, its status, what the command says,
/// facts.
/// </summary>
public sealed class BuyerRules : GrainRules<BuyerState, BuyerCommand, BuyerEvent>
{
    public static readonly BuyerRules Instance = new();

    private BuyerRules()
    {
    }

    public override GrainKind Kind => GrainKind.Buyer;

    public override GrainState Initial => BuyerState.Initial;

    protected override ImmutableArray<FactQuestion> Questions(ChainId chain, Actor actor, BuyerCommand command) =>
        command is NoteAgreement note
            ? [new AgreementQuestion(ChainOf(note))]
            : [];

    protected override Decision Decide(
        BuyerState state, BuyerCommand command, CommandEnvelope envelope, UnixMilliseconds time) =>
        (command, state) switch
        {
            _ when !MayGive(command, envelope.Actor, envelope.Chain) => Refuse(Refusal.NotPermitted),

            (RegisterBuyer, { Details: not null }) => Refuse(Refusal.AlreadyExists),
            (RegisterBuyer register, _) when !PurposesListed(register.Details) => Refuse(Refusal.PurposeUnknown),
            (RegisterBuyer register, _) => Accept(new BuyerRegistered(register.Details)),

            (_, { Details: null }) => Refuse(Refusal.BuyerUnknown),

            (ApproveBuyer, { Status: BuyerStatus.Approved }) => Refuse(Refusal.BuyerAlreadyApproved),
            (ApproveBuyer, { Status: BuyerStatus.Suspended }) => Refuse(Refusal.BuyerSuspended),
            (ApproveBuyer, _) => Accept(new BuyerApproved()),

            (SuspendBuyer, { Status: BuyerStatus.Registered }) => Refuse(Refusal.BuyerNotApproved),
            (SuspendBuyer, { Status: BuyerStatus.Suspended }) => Refuse(Refusal.BuyerSuspended),
            (SuspendBuyer suspend, _) => Accept(new BuyerSuspended(suspend.Reason)),

            (ReinstateBuyer, { Status: not BuyerStatus.Suspended }) => Refuse(Refusal.BuyerNotSuspended),
            (ReinstateBuyer, _) => Accept(new BuyerReinstated()),

            (CorrectBuyer correct, _) when WidensApproval(state, correct, envelope.Actor) =>
                Refuse(Refusal.NotPermitted),
            (CorrectBuyer correct, _) when !PurposesListed(correct.Details) => Refuse(Refusal.PurposeUnknown),
            (CorrectBuyer correct, { Details: { } details }) when Canonical.Equal(details, correct.Details) =>
                Refuse(Refusal.NothingChanged),
            (CorrectBuyer correct, _) => Accept(new BuyerCorrected(correct.Details)),

            (NoteAgreement note, _) => Decide(note, envelope.FactOf<AgreementFact>(ChainOf(note)), envelope.Chain),

            _ => throw new UnreachableException($"No rule for {command.GetType().Name} on a buyer."),
        };

    protected override BuyerState Apply(BuyerState state, BuyerEvent @event, EntryPlace place) => @event switch
    {
        BuyerRegistered registered => new(registered.Details, BuyerStatus.Registered, LastNoted: null),
        BuyerApproved => state with { Status = BuyerStatus.Approved, LastNoted = null },
        BuyerSuspended => state with { Status = BuyerStatus.Suspended, LastNoted = null },
        BuyerReinstated => state with { Status = BuyerStatus.Approved, LastNoted = null },
        BuyerCorrected corrected => state with { Details = corrected.Details, LastNoted = null },
        AgreementNoted noted => state with { LastNoted = noted.Agreement },
        _ => throw new UnreachableException($"{@event.GetType().Name} is no event of a buyer."),
    };

    protected override ImmutableArray<RowChange> Rows(
        BuyerState before, BuyerState after, ImmutableArray<Event> events, EntryPlace place) =>
        after is { Details: { } details, Status: { } status } && !events.All(each => each is AgreementNoted)
            ? [new RowChange.Upsert(new BuyerRow(place.Chain, details, status))]
            : [];

    private static Decision Decide(NoteAgreement note, AgreementFact? agreement, ChainId buyer) => agreement switch
    {
        null => Refuse(Refusal.AgreementUnknown),
        { Licensee: var licensee } when licensee != buyer => Refuse(Refusal.NotPermitted),
        _ => Accept(new AgreementNoted(note.Agreement)),
    };

    private static ChainId ChainOf(NoteAgreement note) => new(GrainKind.Agreement, note.Agreement);

    private static bool MayGive(BuyerCommand command, Actor actor, ChainId chain) => command switch
    {
        RegisterBuyer or CorrectBuyer => actor.IsParty(chain) || actor.IsOperator(),
        ApproveBuyer or SuspendBuyer or ReinstateBuyer => actor.IsOperator(),
        NoteAgreement note => actor.IsProcessOf(note.Agreement),
        _ => throw new UnreachableException($"{command.GetType().Name} is no command to a buyer."),
    };

    private static bool PurposesListed(BuyerDetails details) =>
        !details.Purposes.IsEmpty && details.Purposes.All(PurposeCodes.IsListed);

    // The operator approved the buyer for the purposes it had stated: afterwards only the operator adds any.
    private static bool WidensApproval(BuyerState state, CorrectBuyer correct, Actor actor) =>
        state is { Details: { } details, Status: not BuyerStatus.Registered }
        && !actor.IsOperator() && !correct.Details.Purposes.IsSubsetOf(details.Purposes);
}
