using System.Diagnostics;
using Exchange.Grains.Facts;
using static Exchange.Grains.Rules.Decision;

namespace Exchange.Grains.Agreements;

/// <summary>
/// The rules of the kind agreement. Guards in order: the role, the agreement's existence, whose it is, where it stands,
/// what the command says, the licensee, the dataset or offer.
/// </summary>
public sealed class AgreementRules : GrainRules<AgreementState, AgreementCommand, AgreementEvent>
{
    public static readonly AgreementRules Instance = new();

    private AgreementRules()
    {
    }

    public override GrainKind Kind => GrainKind.Agreement;

    public override GrainState Initial => AgreementState.Initial;

    protected override ImmutableArray<FactQuestion> Questions(ChainId chain, Actor actor, AgreementCommand command) =>
        command switch
        {
            RequestAgreement { Terms: var terms } =>
            [
                new OfferQuestion(new(GrainKind.Dataset, terms.Dataset), terms.Offer, terms.Purpose, terms.Columns),
                .. DeliveryRules.OfLicensee(terms.Licensee, terms.Purpose),
            ],
            StartDelivery start => DeliveryRules.Questions(
                actor.Id, start.Dataset, start.PinnedRevision, start.Columns, start.Purpose),
            CloseRegistration close => [new NotedQuestion(close.Party)],
            _ => [],
        };

    protected override Decision Decide(
        AgreementState state, AgreementCommand command, CommandEnvelope envelope, UnixMilliseconds time) =>
        (command, state) switch
        {
            _ when !HasRole(command, envelope.Actor, envelope.Chain) => Refuse(Refusal.NotPermitted),

            (RequestAgreement, { Terms: not null }) => Refuse(Refusal.AlreadyExists),
            (RequestAgreement request, _) => AgreementRequests.WhyNot(request.Terms, envelope, time) is { } refusal
                ? Refuse(refusal)
                : Accept(new AgreementRequested(request.Terms), new AgreementAgreed(), new AgreementFinalized()),

            (_, { Terms: null }) => Refuse(Refusal.AgreementUnknown),
            (_, { Terms: { } terms }) when !IsOwn(command, terms, envelope.Actor) => Refuse(Refusal.NotPermitted),

            (TerminateAgreement, { Status: AgreementStatus.Terminated }) => Refuse(Refusal.AgreementTerminated),
            (TerminateAgreement terminate, _) => Accept(new AgreementTerminated(terminate.Reason)),

            (StartDelivery start, { Terms: { } terms }) => Decide(state, terms, start, envelope, time),
            (EndDelivery end, _) => Decide(state, end),

            (CloseRegistration close, { Terms: { } terms }) => Decide(state, terms, close, envelope),
            (ParkRegistration park, _) => Decide(state, park),
            (RetryRegistration retry, _) => Decide(state, retry),

            _ => throw new UnreachableException($"No rule for {command.GetType().Name} on an agreement."),
        };

    protected override AgreementState Apply(AgreementState state, AgreementEvent @event, EntryPlace place) =>
        @event switch
        {
            AgreementRequested requested => state with { Terms = requested.Terms, Status = AgreementStatus.Requested },
            AgreementAgreed => state with { Status = AgreementStatus.Agreed },
            AgreementFinalized => state with
            {
                Status = AgreementStatus.Finalized,
                Registrations = state.Registrations
                    .SetItem(RegistrationStep.Licensor, RegistrationStatus.Open)
                    .SetItem(RegistrationStep.Licensee, RegistrationStatus.Open),
            },
            AgreementTerminated => state with { Status = AgreementStatus.Terminated },
            DeliveryStarted started => state with
            {
                Running = new(
                    started.Delivery, started.Run, started.Revision, place.Index, place.RecordedAt, started.Columns),
            },
            DeliveryEnded ended => state with { Running = null, Ended = state.Ended.Add(ended.Delivery) },
            RegistrationClosed closed => With(state, closed.Step, RegistrationStatus.Closed),
            RegistrationParked parked => With(state, parked.Step, RegistrationStatus.Parked),
            RegistrationRetried retried => With(state, retried.Step, RegistrationStatus.Open),
            _ => throw new UnreachableException($"{@event.GetType().Name} is no event of an agreement."),
        };

    protected override ImmutableArray<RowChange> Rows(
        AgreementState before, AgreementState after, ImmutableArray<Event> events, EntryPlace place) =>
        AgreementRowChanges.Of(before, after, events, place);

    private static Decision Decide(
        AgreementState state, AgreementTerms terms, StartDelivery start, CommandEnvelope envelope,
        UnixMilliseconds time)
    {
        var licensee = DeliveryRules.LicenseeIn(envelope, terms.Licensee);
        var dataset = envelope.FactOf<RevisionFact>(new(GrainKind.Dataset, terms.Dataset));
        var refusal = WhyNotStart(state, terms, start, time)
            ?? DeliveryRules.WhyNotLicensee(licensee, terms.Licensee.Kind)
            ?? DeliveryRules.WhyNot(terms, dataset);
        return refusal is { } reason
            ? Refuse(reason)
            : Accept(new DeliveryStarted(
                start.Delivery, start.Run, dataset!.Revision!.Value, start.Columns, terms.Purpose, terms.Basis));
    }

    private static Refusal? WhyNotStart(
        AgreementState state, AgreementTerms terms, StartDelivery start, UnixMilliseconds time) => start switch
        {
            _ when DeliveryRules.WhyNot(state, start.Columns, time) is { } refusal => refusal,
            _ when start.Dataset != terms.Dataset => Refusal.DatasetUnknown,
            _ when start.PinnedRevision != terms.PinnedRevision => Refusal.RevisionUnknown,
            _ when start.Purpose != terms.Purpose => Refusal.PurposeNotOffered,
            _ when state.Running is not null => Refusal.DeliveryInProgress,
            _ when state.Ended.Contains(start.Delivery) => Refusal.DeliveryEnded,
            _ => null,
        };

    private static Decision Decide(AgreementState state, EndDelivery end) => end switch
    {
        _ when state.Ended.Contains(end.Delivery) => Refuse(Refusal.DeliveryEnded),
        _ when state.Running?.Delivery != end.Delivery => Refuse(Refusal.DeliveryUnknown),
        { Rows: < 0 } or { SizeBytes: < 0 } => Refuse(Refusal.ContentNotMeasured),

        // Nobody measured what a lost delivery sent; what was sent whole was measured, and rows stand in a manifest.
        { Outcome: DeliveryOutcome.Lost, Sha256: not null } => Refuse(Refusal.ContentNotMeasured),
        { Outcome: DeliveryOutcome.Complete } and ({ Sha256: null } or { Manifest: null }) =>
            Refuse(Refusal.ContentNotMeasured),
        { Rows: > 0, Manifest: null } => Refuse(Refusal.ContentNotMeasured),
        _ => Accept(new DeliveryEnded(
            end.Delivery, end.Outcome, end.Rows, end.SizeBytes, end.Sha256, end.Manifest)),
    };

    private static Decision Decide(
        AgreementState state, AgreementTerms terms, CloseRegistration close, CommandEnvelope envelope) =>
        state.Registrations.GetValueOrDefault(close.Step) switch
        {
            RegistrationStatus.Closed => Refuse(Refusal.RegistrationAlreadyClosed),
            _ when PartyOf(terms, close.Step) is not { } party || party != close.Party =>
                Refuse(Refusal.RegistrationStepUnknown),
            _ when envelope.FactOf<NotedFact>(close.Party) is not { } noted || noted.Agreement != envelope.Chain.Key =>
                Refuse(Refusal.FactMissing),
            _ => Accept(new RegistrationClosed(close.Step)),
        };

    private static Decision Decide(AgreementState state, ParkRegistration park) =>
        state.Registrations.GetValueOrDefault(park.Step) switch
        {
            RegistrationStatus.Closed => Refuse(Refusal.RegistrationAlreadyClosed),
            RegistrationStatus.Parked => Refuse(Refusal.NothingChanged),
            RegistrationStatus.Open => Accept(new RegistrationParked(park.Step, park.Reason)),
            _ => Refuse(Refusal.RegistrationStepUnknown),
        };

    private static Decision Decide(AgreementState state, RetryRegistration retry) =>
        state.Registrations.GetValueOrDefault(retry.Step) switch
        {
            RegistrationStatus.Closed => Refuse(Refusal.RegistrationAlreadyClosed),
            RegistrationStatus.Open => Refuse(Refusal.RegistrationNotParked),
            RegistrationStatus.Parked => Accept(new RegistrationRetried(retry.Step)),
            _ => Refuse(Refusal.RegistrationStepUnknown),
        };

    /// <summary>The party whose chain a step notes the agreement on.</summary>
    public static ChainId? PartyOf(AgreementTerms terms, RegistrationStep step) => step switch
    {
        RegistrationStep.Licensor => terms.Licensor,
        RegistrationStep.Licensee => terms.Licensee,
        _ => null,
    };

    private static bool HasRole(AgreementCommand command, Actor actor, ChainId chain) => command switch
    {
        RequestAgreement request => actor.IsParty(request.Terms.Licensee),
        TerminateAgreement => actor.IsOperator() || actor.IsParty(actor.Id),
        StartDelivery => actor.IsParty(actor.Id),
        EndDelivery => actor.IsSystem() || actor.IsProcessOf(chain.Key),
        CloseRegistration or ParkRegistration => actor.IsProcessOf(chain.Key),
        RetryRegistration => actor.IsOperator(),
        _ => throw new UnreachableException($"{command.GetType().Name} is no command to an agreement."),
    };

    private static bool IsOwn(AgreementCommand command, AgreementTerms terms, Actor actor) => command switch
    {
        TerminateAgreement => actor.IsOperator() || actor.Id == terms.Licensor || actor.Id == terms.Licensee,
        StartDelivery => actor.Id == terms.Licensee,
        _ => true,
    };

    private static AgreementState With(AgreementState state, RegistrationStep step, RegistrationStatus status) =>
        state with { Registrations = state.Registrations.SetItem(step, status) };
}
