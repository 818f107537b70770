namespace Exchange.Grains.Agreements;

// family: what an agreement is asked

/// <summary>A command to an agreement.</summary>
public abstract record AgreementCommand : Command
{
    private protected AgreementCommand()
    {
    }
}

/// <summary>What makes a delivery lawful. A statutory duty comes later.</summary>
public enum LawfulBasis
{
    Consent = 1,
    OpenData = 2,
    StatutoryDuty = 3,
}

/// <summary>How a delivery ended.</summary>
public enum DeliveryOutcome
{
    Complete = 1,
    Aborted = 2,
    Lost = 3,
}

/// <summary>The chains beside the agreement's own on which it is noted.</summary>
public enum RegistrationStep
{
    Licensor = 1,
    Licensee = 2,
}

/// <summary>What two parties agree on.</summary>
/// <param name="PinnedRevision">One revision for ever; nothing means the latest at each delivery.</param>
public sealed record AgreementTerms(
    ChainId Licensor, ChainId Licensee, LawfulBasis Basis, PurposeCode Purpose, Period Period, GrainKey Dataset,
    GrainKey Offer, Digest OfferDocument, [Count(512)] ImmutableSortedSet<ColumnName> Columns,
    GrainKey? PinnedRevision);

/// <summary>Takes up an offer, which is standing acceptance.</summary>
[Wire(801)]
public sealed record RequestAgreement(AgreementTerms Terms) : AgreementCommand;

[Wire(802)]
public sealed record TerminateAgreement([Text(512)] string Reason) : AgreementCommand;

/// <summary>
/// Starts a delivery; durable before its first byte. Says itself what is wanted, as far as the agreement goes.
/// </summary>
/// <param name="Run">The run of the node that streams it: a delivery of a dead run is lost.</param>
/// <param name="PinnedRevision">As in the terms; nothing means the latest.</param>
/// <param name="Columns">All that were agreed, or fewer.</param>
[Wire(811)]
public sealed record StartDelivery(
    GrainKey Delivery, GrainKey Run, GrainKey Dataset, GrainKey? PinnedRevision,
    [Count(512)] ImmutableSortedSet<ColumnName> Columns, PurposeCode Purpose) : AgreementCommand
{
    /// <summary>Asks for all that was agreed.</summary>
    public static StartDelivery Of(AgreementTerms terms, GrainKey delivery, GrainKey run) =>
        new(delivery, run, terms.Dataset, terms.PinnedRevision, terms.Columns, terms.Purpose);
}

/// <summary>Ends a delivery; by the node that streamed it or found it lost.</summary>
/// <param name="Sha256">Of the bytes as sent before any compression; nothing when lost.</param>
/// <param name="Manifest">The manifest's root; nothing where no part of it was ever written.</param>
[Wire(812)]
public sealed record EndDelivery(
    GrainKey Delivery, DeliveryOutcome Outcome, long Rows, long SizeBytes, Digest? Sha256, Digest? Manifest)
    : AgreementCommand;

/// <summary>Cites the entry by which a party's chain noted the agreement.</summary>
/// <param name="Party">The party of that step: whose chain is cited.</param>
[Wire(821)]
public sealed record CloseRegistration(RegistrationStep Step, ChainId Party) : AgreementCommand;

/// <summary>Parks a registration that cannot go on, with the refusal it met.</summary>
[Wire(822)]
public sealed record ParkRegistration(RegistrationStep Step, Refusal Reason) : AgreementCommand;

/// <summary>Lets a parked registration be tried again; by the operator.</summary>
[Wire(823)]
public sealed record RetryRegistration(RegistrationStep Step) : AgreementCommand;
