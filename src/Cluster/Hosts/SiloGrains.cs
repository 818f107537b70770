using System.Collections.Concurrent;
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
public sealed class SiloGrains
{
    private static readonly DeactivationReason Evicted =
        new(DeactivationReasonCode.ActivationIdle, "Its grain left memory.");

    private readonly ConcurrentDictionary<ChainId, IGrainContext> _places = new();
    private readonly EmbeddedExchange _here;
    private readonly ILogger _logger;

    public SiloGrains(EmbeddedExchange here, ILogger<SiloGrains> logger)
    {
        (_here, _logger) = (here, logger);

        // What Orleans keeps for a grain is more than the grain: it goes with it.
        here.Evicted = Leave;
    }

    /// <summary>Brings a grain into memory before its first command, which says what keeps it out.</summary>
    /// <param name="place">Where Orleans put it.</param>
    internal Task LoadAsync(ChainId chain, IGrainContext place) => Task.Run(async () =>
    {
        _places[chain] = place;
        try
        {
            _ = await _here.ReadAsync(chain, CancellationToken.None);
        }
        catch (StoreUnavailableException error)
        {
            Log.NotLoaded(_logger, chain, StoreUnavailableException.ReasonOf(error));
        }
        catch (ChainBrokenException error)
        {
            Log.NotLoaded(_logger, chain, error.Message);
        }
    });

    /// <summary>Lets a grain go, if nothing waits for it.</summary>
    /// <param name="place">Where it was.</param>
    internal void Release(ChainId chain, IGrainContext place)
    {
        _ = _places.TryRemove(new(chain, place));
        _here.Release(chain);
    }

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
            var reading = await _here.ReadAsync(chain, CancellationToken.None);
            return Parcel.Of(reading, () => Packed.Of(ReadingMessages.Of(reading, _here.RulesOf(chain), spoken)));
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

    private void Leave(ChainId chain)
    {
        if (_places.TryRemove(chain, out var place))
        {
            place.Deactivate(Evicted);
        }
    }

    private async Task<Parcel> SubmitAsync(ChainId chain, CommandRequest request, int version)
    {
        if (request.Chain != chain)
        {
            throw new ArgumentException($"Expected a command to {chain}, found one to {request.Chain}.");
        }

        var outcome = await _here.SubmitAsync(request, CancellationToken.None);
        return Parcel.Of(outcome, () => Packed.Of(AnswerMessages.Of(outcome, version)));
    }
}
