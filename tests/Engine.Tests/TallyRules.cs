using System.Diagnostics;
using Exchange.Grains;
using Exchange.Grains.Agreements;
using Exchange.Grains.Buyers;
using Exchange.Grains.Facts;

namespace Exchange.Engine.Tests;

/// <summary>How many agreements were noted, and in which order the last ones came.</summary>
internal sealed record TallyState(long Count, [Count(10_000)] ImmutableArray<GrainKey> Noted, bool Approved)
    : GrainState;

/// <summary>
/// The smallest rules that show what the pipeline does: a note is always accepted, an approval once, a reinstatement
/// is a
/// bug, and a suspension asks a question to another chain.
/// </summary>
internal sealed class TallyRules(int stateVersion = 1) : GrainRules
{
    internal static readonly ChainId Asked = ChainId.Parse("buyer/asked");

    public override GrainKind Kind => GrainKind.Buyer;

    public override GrainState Initial => new TallyState(0, [], Approved: false);

    public override int StateVersion => stateVersion;

    public override bool Decides(Command command) => command is BuyerCommand;

    public override ImmutableArray<FactQuestion> Questions(ChainId chain, Actor actor, Command command) =>
        command switch
        {
            SuspendBuyer =>
            [
                new TallyQuestion(Asked), new TallyQuestion(new(GrainKind.Buyer, GrainKey.Parse("nobody"))),
            ],
            _ => [],
        };

    public override Decision Decide(GrainState state, CommandEnvelope envelope, UnixMilliseconds time) =>
        (envelope.Command, (TallyState)state) switch
        {
            (NoteAgreement note, _) => Decision.Accept(new AgreementNoted(note.Agreement)),
            (ApproveBuyer, { Approved: true }) => Decision.Refuse(Refusal.BuyerAlreadyApproved),
            (ApproveBuyer, _) => Decision.Accept(new BuyerApproved()),
            (SuspendBuyer suspend, _) => Decision.Accept(new BuyerSuspended(suspend.Reason)),
            (ReinstateBuyer, _) => throw new UnreachableException("A rule is missing."),
            var other => throw new UnreachableException(other.ToString()),
        };

    public override GrainState Apply(GrainState state, Event @event, EntryPlace place) =>
        (@event, (TallyState)state) switch
        {
            (AgreementNoted noted, var tally) =>
                tally with { Count = tally.Count + 1, Noted = tally.Noted.Add(noted.Agreement) },
            (BuyerApproved, var tally) => tally with { Approved = true },
            (BuyerSuspended, var tally) => tally,
            var other => throw new UnreachableException(other.ToString()),
        };

    public override ImmutableArray<RowChange> Rows(
        GrainState before, GrainState after, ImmutableArray<Event> events, EntryPlace place) =>
        [new RowChange.Upsert(new DueWorkRow(place.Chain, DueWorkKind.NoteOnLicensor, place.RecordedAt, Parked: true))];

    public override void WriteState(CanonicalWriter writer, GrainState state) =>
        WireCodec<TallyState>.Write(writer, (TallyState)state);

    public override GrainState ReadState(ref CanonicalReader reader) => WireCodec<TallyState>.Read(ref reader);
}

/// <summary>How many agreements has another noted? Nobody knows where there is none.</summary>
internal sealed record TallyQuestion(ChainId Chain) : FactQuestion(Chain)
{
    public override Fact? Answer(GrainState state) => state is TallyState { Count: > 0 } tally
        ? new BuyerFact(BuyerStatus.Approved, PurposesStated: tally.Approved)
        : null;
}
