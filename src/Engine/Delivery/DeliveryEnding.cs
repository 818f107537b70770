using Exchange.Engine.Ports;
using Exchange.Grains.Agreements;
using Microsoft.Extensions.Logging;

namespace Exchange.Engine.Delivery;

/// <summary>What was measured of a delivery.</summary>
/// <param name="Sha256">Of the bytes handed over; nothing where nobody measured them.</param>
internal sealed record Measured(DeliveryOutcome Outcome, long Rows, long SizeBytes, Digest? Sha256)
{
    /// <summary>Nothing is known but what the journal says.</summary>
    internal static Measured Lost => new(DeliveryOutcome.Lost, 0, 0, null);
}

/// <summary>Ends deliveries on their chains: keeps the manifest, gives the command, then removes the journal.</summary>
internal sealed class DeliveryEnding(IExchange exchange, IContentStore contents, TimeProvider time, ILogger logger)
{
    private const int AttemptsMax = 60;

    private static readonly TimeSpan PauseMost = TimeSpan.FromSeconds(2);

    private static readonly Actor Node = new(
        new(GrainKind.System, GrainKey.Parse("node")), Role.System, OnBehalfOf: null, Person: null, Channel.Process,
        Authentication: null);

    private readonly ManifestAssembly _manifests = new(contents);

    /// <summary>
    /// Ends a delivery; false where the exchange did not take it within a minute or two. Then the journal stays for
    /// the next try.
    /// </summary>
    internal async ValueTask<bool> EndAsync(
        ChainId agreement, GrainKey delivery, Measured measured, CancellationToken cancellationToken)
    {
        var journal = JournalOf(agreement, delivery);
        var manifest = await _manifests.AssembleAsync(journal, cancellationToken).ConfigureAwait(false);
        var isLost = measured.Outcome == DeliveryOutcome.Lost;
        var command = new EndDelivery(
            delivery, measured.Outcome, isLost ? manifest?.Rows ?? 0 : measured.Rows,
            isLost ? manifest?.SizeBytes ?? 0 : measured.SizeBytes, measured.Sha256, manifest?.Root);
        if (!await SubmitAsync(agreement, command, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        await contents.RemoveJournalAsync(journal, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>
    /// The name of a delivery's journal: a key of its own, because both keys may be as long as a key can be.
    /// </summary>
    internal static GrainKey JournalOf(ChainId agreement, GrainKey delivery)
    {
        var writer = new CanonicalWriter();
        writer.WriteArray(3);
        writer.WriteText("delivery-journal");
        writer.WriteChain(agreement);
        writer.WriteText(delivery.Value);
        return Base32.Key(Hashes.Tagged(HashTag.DerivedId, writer.Written).Span[..Bytes16.SizeBytes]);
    }

    private async ValueTask<bool> SubmitAsync(
        ChainId agreement, EndDelivery command, CancellationToken cancellationToken)
    {
        // One id for one way to end: a delivery closed as lost is never a retry of one that ended otherwise.
        var step = $"end-delivery/{command.Delivery}/{command.Outcome}";
        var request = new CommandRequest(agreement, Hashes.ProcessStep(agreement, step), Node, command);
        for (var attempt = 1; attempt <= AttemptsMax; attempt++)
        {
            var wait = TimeSpan.FromSeconds(1);
            switch (await exchange.SubmitAsync(request, cancellationToken).ConfigureAwait(false))
            {
                case SubmitOutcome.Accepted:
                    return true;
                case SubmitOutcome.Refused refused:
                    // Ended by an earlier try, or by whoever found it lost.
                    Log.DeliveryNotEnded(logger, agreement, command.Delivery, refused.Reason.ToString());
                    return refused.Reason is Refusal.DeliveryEnded or Refusal.CommandIdReused;
                case SubmitOutcome.Unavailable { Reason: UnavailableReason.ChainBroken and var broken }:
                    // No try of the next minutes does better, and others wait for this one.
                    Log.DeliveryNotEnded(logger, agreement, command.Delivery, broken.ToString());
                    return false;
                case SubmitOutcome.Unavailable unavailable:
                    Log.DeliveryNotEnded(logger, agreement, command.Delivery, unavailable.Reason.ToString());
                    wait = unavailable.RetryAfter < PauseMost ? unavailable.RetryAfter : PauseMost;
                    break;
                default:
                    Log.DeliveryNotEnded(logger, agreement, command.Delivery, "outcome unknown");
                    break;
            }

            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
        }

        return false;
    }
}
