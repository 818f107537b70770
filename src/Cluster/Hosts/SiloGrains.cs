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
    internal Task<Packed> SubmitAsync(ChainId chain, Packed command) => Task.Run(async () =>
    {
        var message = command.Open<CommandMessage>();
        if (!MessageVersion.IsSpoken(message.Version))
        {
            return Packed.Of(new AnswerMessage(MessageVersion.Newest, AnswerKind.NotSpoken));
        }

        var request = CommandMessages.Read(message);
        return request.Chain == chain
            ? Packed.Of(AnswerMessages.Of(
                await here.SubmitAsync(request, CancellationToken.None), message.Version))
            : throw new ArgumentException($"Expected a command to {chain}, found one to {request.Chain}.");
    });

    internal Task<Packed> ReadAsync(ChainId chain, int version) => Task.Run(async () =>
    {
        var spoken = Math.Min(version, MessageVersion.Newest);
        try
        {
            return Packed.Of(ReadingMessages.Of(
                await here.ReadAsync(chain, CancellationToken.None), here.RulesOf(chain), spoken));
        }
        catch (StoreUnavailableException error)
        {
            return Packed.Of(new ReadingMessage(
                spoken, ReadingKind.Unavailable, Why: StoreUnavailableException.ReasonOf(error)));
        }
        catch (ChainBrokenException error)
        {
            return Packed.Of(new ReadingMessage(
                spoken, ReadingKind.Broken, Why: error.Reason, BrokenAt: error.Index.Value));
        }
    });
}
