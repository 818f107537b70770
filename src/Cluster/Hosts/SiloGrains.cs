using Exchange.Cluster.Messages;
using Exchange.Engine.Hosting;
using Exchange.Engine.Pipeline;
using Exchange.Engine.Ports;
using Microsoft.Extensions.Logging;

namespace Exchange.Cluster.Hosts;

/// <summary>
/// What the grains of one silo do, on the same pipeline as in one process. Should two silos run one grain for a while,
/// the store's fence decides. Thread-safe.
/// </summary>
public sealed class SiloGrains(EmbeddedExchange here, ILogger<SiloGrains> logger)
{
    /// <summary>Brings a grain into memory before its first command, which says what keeps it out.</summary>
    internal Task LoadAsync(ChainId chain) => Task.Run(async () =>
    {
        try
        {
            _ = await here.ReadAsync(chain, CancellationToken.None);
        }
        catch (StoreUnavailableException error)
        {
            Log.NotLoaded(logger, chain, StoreUnavailableException.ReasonOf(error));
        }
        catch (ChainBrokenException error)
        {
            Log.NotLoaded(logger, chain, error.Message);
        }
    });

    /// <summary>Lets a grain go, if nothing waits for it.</summary>
    internal void Release(ChainId chain) => here.Release(chain);

    // On the thread pool: the pipeline relies on no host's scheduler, and a saturated grain's commands would otherwise
    // be prepared one after the other.
    internal Task<Parcel> SubmitAsync(ChainId chain, Parcel command) => Task.Run(async () =>
    {
        if (command.Content is CommandRequest request)
        {
            return await SubmitAsync(chain, request, MessageVersion.Newest);
        }

        var packed = command.Pack();
        if (!MessageVersion.IsSpoken(packed.ReadVersion()))
        {
            return Parcel.Of(Packed.Of(new AnswerMessage(MessageVersion.Newest, AnswerKind.NotSpoken)));
        }

        var message = packed.Open<CommandMessage>();
        return await SubmitAsync(chain, CommandMessages.Read(message), message.Version);
    });

    internal Task<Parcel> ReadAsync(ChainId chain, int version) => Task.Run(async () =>
    {
        var spoken = Math.Min(version, MessageVersion.Newest);
        try
        {
            var reading = await here.ReadAsync(chain, CancellationToken.None);
            return Parcel.Of(reading, () => Packed.Of(ReadingMessages.Of(reading, here.RulesOf(chain), spoken)));
        }
        catch (StoreUnavailableException error)
        {
            return Parcel.Of(Packed.Of(new ReadingMessage(
                spoken, ReadingKind.Unavailable, Why: StoreUnavailableException.ReasonOf(error))));
        }
        catch (ChainBrokenException error)
        {
            return Parcel.Of(Packed.Of(new ReadingMessage(
                spoken, ReadingKind.Broken, Why: error.Reason, BrokenAt: error.Index.Value)));
        }
    });

    private async Task<Parcel> SubmitAsync(ChainId chain, CommandRequest request, int version)
    {
        if (request.Chain != chain)
        {
            throw new ArgumentException($"Expected a command to {chain}, found one to {request.Chain}.");
        }

        var outcome = await here.SubmitAsync(request, CancellationToken.None);
        return Parcel.Of(outcome, () => Packed.Of(AnswerMessages.Of(outcome, version)));
    }
}
