using Exchange.Grains.Agreements;

namespace Exchange.Engine.Tests.Processes;

/// <summary>The rules of agreements but for the request, which is accepted without an offer.</summary>
internal sealed class OpenAgreementRules : GrainRules
{
    private readonly AgreementRules _rules = AgreementRules.Instance;

    public override GrainKind Kind => GrainKind.Agreement;

    public override GrainState Initial => _rules.Initial;

    public override int StateVersion => _rules.StateVersion;

    public override bool Decides(Command command) => _rules.Decides(command);

    public override ImmutableArray<FactQuestion> Questions(ChainId chain, Actor actor, Command command) =>
        command is RequestAgreement ? [] : _rules.Questions(chain, actor, command);

    public override Decision Decide(GrainState state, CommandEnvelope envelope, UnixMilliseconds time) =>
        envelope.Command is RequestAgreement request
            ? Decision.Accept(new AgreementRequested(request.Terms), new AgreementAgreed(), new AgreementFinalized())
            : _rules.Decide(state, envelope, time);

    public override GrainState Apply(GrainState state, Event @event, EntryPlace place) =>
        _rules.Apply(state, @event, place);

    public override ImmutableArray<RowChange> Rows(
        GrainState before, GrainState after, ImmutableArray<Event> events, EntryPlace place) =>
        _rules.Rows(before, after, events, place);

    public override void WriteState(CanonicalWriter writer, GrainState state) => _rules.WriteState(writer, state);

    public override GrainState ReadState(ref CanonicalReader reader) => _rules.ReadState(ref reader);
}
