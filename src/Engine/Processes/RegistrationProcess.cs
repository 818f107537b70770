using Exchange.Engine.Ports;
using Exchange.Grains.Agreements;
using Exchange.Grains.Buyers;
using Exchange.Grains.Departments;
using Exchange.Grains.Facts;
using Microsoft.Extensions.Logging;

namespace Exchange.Engine.Processes;

// family: noting an agreement on the chains of its parties

/// <summary>
/// Notes an agreement on the chain of one of its parties, and closes the step on the agreement's own chain with the
/// entry
/// it got. Holds nothing between calls: whatever step was reached before a crash, the same commands with the same
/// derived
/// ids find what is there and do the rest.
/// </summary>
public sealed class RegistrationProcess(IExchange exchange, ILedgerStore store, TimeProvider time, ILogger logger)
{
    /// <summary>Does one step as far as it goes.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be asked; the work stays due.</exception>
    public async ValueTask<StepResult> RunAsync(DueWorkRow due, CancellationToken cancellationToken)
    {
        var step = due.Kind == DueWorkKind.NoteOnLicensor ? RegistrationStep.Licensor : RegistrationStep.Licensee;
        var reading = await exchange.ReadAsync(due.Chain, cancellationToken);
        if (reading.State is not AgreementState { Terms: { } terms } agreement
            || agreement.Registrations.GetValueOrDefault(step) != RegistrationStatus.Open)
        {
            // Somebody else came to the end of it since the list was read.
            return StepResult.Done;
        }

        var party = step == RegistrationStep.Licensor ? terms.Licensor : terms.Licensee;
        return await NoteAsync(due.Chain, party, step, cancellationToken) switch
        {
            Noted.At at => await CloseAsync(reading, party, step, at.Head, cancellationToken),
            Noted.Refused refused => await ParkAsync(reading, step, refused.Reason, cancellationToken),
            Noted.NotYet notYet => Wait(due.Chain, step, notYet.Why),
            var other => throw new System.Diagnostics.UnreachableException(other.GetType().Name),
        };
    }

    /// <summary>The process of an agreement, as the actor of its commands; no token can carry it.</summary>
    public static Actor ActorOf(ChainId agreement) => new(
        new(GrainKind.Process, agreement.Key), Role.Process, OnBehalfOf: null, Person: null, Channel.Process,
        Authentication: null);

    private async ValueTask<Noted> NoteAsync(
        ChainId agreement, ChainId party, RegistrationStep step, CancellationToken cancellationToken)
    {
        Command note = party.Kind switch
        {
            GrainKind.Department => new NoteLicence(agreement.Key),
            GrainKind.Buyer => new NoteAgreement(agreement.Key),
            _ => throw new InvalidOperationException($"{party} cannot be a party of {agreement}."),
        };
        var request = new CommandRequest(party, IdOf(agreement, $"note-{Name(step)}"), ActorOf(agreement), note);
        switch (await exchange.SubmitAsync(request, cancellationToken))
        {
            case SubmitOutcome.Accepted accepted:
                return new Noted.At(accepted.Head);

            // The id is this step's alone: what stands under it is the answer, whatever the question looked like then.
            case SubmitOutcome.Refused { Reason: Refusal.CommandIdReused }:
                var key = new CommandKey(party, request.Actor.Id, request.Id);
                return (await store.FindCommandsAsync([key], cancellationToken))[0] is { } known
                    ? new Noted.At(new(known.Index, known.Hash))
                    : new Noted.NotYet("the answer is not there yet");
            case SubmitOutcome.Refused refused:
                return new Noted.Refused(refused.Reason);
            case var unavailable:
                return new Noted.NotYet(unavailable.ToString());
        }
    }

    private async ValueTask<StepResult> CloseAsync(
        GrainReading agreement, ChainId party, RegistrationStep step, ChainHead answer,
        CancellationToken cancellationToken)
    {
        var fact = new CitedFact(party, answer, Now(agreement.ReadAt), new NotedFact(agreement.Chain.Key));
        var request = new CommandRequest(
            agreement.Chain, IdOf(agreement.Chain, $"close-{Name(step)}"), ActorOf(agreement.Chain),
            new CloseRegistration(step, party), Supplied: [fact]);
        return await exchange.SubmitAsync(request, cancellationToken) switch
        {
            SubmitOutcome.Accepted => StepResult.Done,
            SubmitOutcome.Refused { Reason: Refusal.RegistrationAlreadyClosed or Refusal.CommandIdReused } =>
                StepResult.Done,
            SubmitOutcome.Refused refused => await ParkAsync(agreement, step, refused.Reason, cancellationToken),
            var unavailable => Wait(agreement.Chain, step, unavailable.ToString()),
        };
    }

    private async ValueTask<StepResult> ParkAsync(
        GrainReading agreement, RegistrationStep step, Refusal reason, CancellationToken cancellationToken)
    {
        // A step can be parked, tried again and parked again: the head it was begun at tells the times apart.
        var id = IdOf(agreement.Chain, $"park-{Name(step)}-{agreement.Head.Index}");
        var request = new CommandRequest(
            agreement.Chain, id, ActorOf(agreement.Chain), new ParkRegistration(step, reason), agreement.Head);
        switch (await exchange.SubmitAsync(request, cancellationToken))
        {
            case SubmitOutcome.Accepted:
                Log.StepParked(logger, Name(step), agreement.Chain, reason);
                return StepResult.Parked;

            // Something happened to the agreement meanwhile: the next pass sees what.
            case SubmitOutcome.Refused { Reason: Refusal.HeadMoved }:
                return StepResult.Again;
            case var other:
                return Wait(agreement.Chain, step, other.ToString());
        }
    }

    private StepResult Wait(ChainId agreement, RegistrationStep step, string why)
    {
        Log.StepWaits(logger, Name(step), agreement, why);
        return StepResult.Later;
    }

    private UnixMilliseconds Now(UnixMilliseconds least) =>
        UnixMilliseconds.Max(least, new(time.GetUtcNow().ToUnixTimeMilliseconds()));

    private static CommandId IdOf(ChainId agreement, string step) => Hashes.ProcessStep(agreement, step);

    private static string Name(RegistrationStep step) => step == RegistrationStep.Licensor ? "licensor" : "licensee";

    private abstract record Noted
    {
        internal sealed record At(ChainHead Head) : Noted;

        internal sealed record Refused(Refusal Reason) : Noted;

        internal sealed record NotYet(string Why) : Noted;
    }
}

/// <summary>What came of one step.</summary>
public enum StepResult
{
    /// <summary>Closed, now or before.</summary>
    Done = 1,

    /// <summary>Refused and parked with its reason, until somebody lets it be tried again.</summary>
    Parked = 2,

    /// <summary>To be done again at once.</summary>
    Again = 3,

    /// <summary>To be done again after a while.</summary>
    Later = 4,
}
