using Exchange.Grains.Buyers;

namespace Exchange.Store.Tests.Postgres;

// family: a grain that counts

/// <summary>How many approvals there were.</summary>
internal sealed record CountState(long Count) : GrainState;

/// <summary>Accepts every approval, and knows afterwards how many there were.</summary>
internal sealed class CountRules : GrainRules
{
    public override GrainKind Kind => GrainKind.Buyer;

    public override GrainState Initial => new CountState(0);

    public override int StateVersion => 1;

    public override bool Decides(Command command) => command is ApproveBuyer;

    public override ImmutableArray<FactQuestion> Questions(ChainId chain, Actor actor, Command command) => [];

    public override Decision Decide(GrainState state, CommandEnvelope envelope, UnixMilliseconds time) =>
        Decision.Accept(new BuyerApproved());

    public override GrainState Apply(GrainState state, Event @event, EntryPlace place) =>
        new CountState(((CountState)state).Count + 1);

    public override ImmutableArray<RowChange> Rows(
        GrainState before, GrainState after, ImmutableArray<Event> events, EntryPlace place) => [];

    public override void WriteState(CanonicalWriter writer, GrainState state) =>
        WireCodec<CountState>.Write(writer, (CountState)state);

    public override GrainState ReadState(ref CanonicalReader reader) => WireCodec<CountState>.Read(ref reader);
}
