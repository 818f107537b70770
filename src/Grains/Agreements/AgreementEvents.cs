namespace Exchange.Grains.Agreements;

// family: what happened to an agreement

/// <summary>What the chain of an agreement records, from request to last delivery.</summary>
public abstract record AgreementEvent : Event
{
    private protected AgreementEvent()
    {
    }
}

[Wire(801)]
public sealed record AgreementRequested(AgreementTerms Terms) : AgreementEvent;

[Wire(802)]
public sealed record AgreementAgreed : AgreementEvent;

[Wire(803)]
public sealed record AgreementFinalized : AgreementEvent;

[Wire(804)]
public sealed record AgreementTerminated([Text(512)] string Reason) : AgreementEvent;

[Wire(811)]
public sealed record DeliveryStarted(
    GrainKey Delivery, GrainKey Run, GrainKey Revision, [Count(512)] ImmutableSortedSet<ColumnName> Columns,
    PurposeCode Purpose, LawfulBasis Basis) : AgreementEvent;

[Wire(812)]
public sealed record DeliveryEnded(
    GrainKey Delivery, DeliveryOutcome Outcome, long Rows, long SizeBytes, Digest? Sha256, Digest? Manifest)
    : AgreementEvent;

[Wire(821)]
public sealed record RegistrationClosed(RegistrationStep Step) : AgreementEvent;

[Wire(822)]
public sealed record RegistrationParked(RegistrationStep Step, Refusal Reason) : AgreementEvent;

[Wire(823)]
public sealed record RegistrationRetried(RegistrationStep Step) : AgreementEvent;
