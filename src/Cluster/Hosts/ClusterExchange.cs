using System.Diagnostics;
using Exchange.Cluster.Messages;
using Exchange.Engine.Hosting;
using Exchange.Engine.Pipeline;
using Exchange.Engine.Ports;
using Microsoft.Extensions.Logging;

namespace Exchange.Cluster.Hosts;

/// <summary>
/// The grains, wherever in the cluster they run: through a silo's own grain factory or through a client. A call that
/// got no answer is looked up by its command id, and given again under the same id for some seconds. Thread-safe.
/// </summary>
/// <param name="grains">The way to the grains.</param>
/// <param name="here">This node's own way to the store: histories, and what became of a command.</param>
public sealed class ClusterExchange(
    IGrainFactory grains, EmbeddedExchange here, TimeProvider time, ILogger<ClusterExchange> logger) : IExchange
{
    /// <summary>How long a call that got no answer is tried again.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan PauseLeast = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan PauseMost = TimeSpan.FromSeconds(1);

    private volatile int _version = MessageVersion.Newest;
    private int _inFlight;

    /// <summary>How many commands may be under way before others are told to come back.</summary>
    public int InFlightMax { get; init; } = 16_384;

    public ExchangeId Id => here.Id;

    public async ValueTask<SubmitOutcome> SubmitAsync(CommandRequest request, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _inFlight) > InFlightMax)
        {
            _ = Interlocked.Decrement(ref _inFlight);
            return new SubmitOutcome.Unavailable(UnavailableReason.Overloaded, GrainContext.RetryAfter);
        }

        // What is under way is counted to its own end, not to the end of the caller's patience.
        return await SubmitCountedAsync(request).WaitAsync(cancellationToken);
    }

    // A state in the form of another release, or that does not arrive, is folded from the chain here.
    public async ValueTask<GrainReading> ReadAsync(ChainId chain, CancellationToken cancellationToken) =>
        await AskAsync(chain, cancellationToken) ?? await here.ReadAsync(chain, cancellationToken);

    public ValueTask<ReplayOutcome> ReplayAsync(
        ChainId chain, ReplayPoint point, CancellationToken cancellationToken) =>
        here.ReplayAsync(chain, point, cancellationToken);

    private async Task<GrainReading?> AskAsync(ChainId chain, CancellationToken cancellationToken)
    {
        var tries = new Tries(time);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                var answer = await ChainGrainTypes.Of(grains, chain).ReadAsync(MessageVersion.Newest)
                    .WaitAsync(cancellationToken);
                return answer.Content as GrainReading
                    ?? ReadingMessages.Read(answer.Pack().Open<ReadingMessage>(), here.RulesOf(chain), chain);
            }
            // Boundary: a call that got no answer is tried again; what is a bug goes to the next one.
            catch (Exception error) when (
                LostCalls.IsLost(error) && !cancellationToken.IsCancellationRequested)
            {
                Lost(tries, chain, error);
                if (!await tries.AgainAsync())
                {
                    Log.GaveUp(logger, chain, tries.Count);
                    throw new StoreUnavailableException($"No silo answers for {chain}.", error);
                }
            }
            // Boundary: a read does nothing, whatever failed: what is the caller's own bug fails here once more.
            catch (Exception error) when (
                error is not (StoreUnavailableException or ChainBrokenException or OperationCanceledException))
            {
                Log.ReadFailed(logger, chain, error);
                return null;
            }
        }
    }

    private async Task<SubmitOutcome> SubmitCountedAsync(CommandRequest request)
    {
        try
        {
            return await SubmitAsync(request);
        }
        finally
        {
            _ = Interlocked.Decrement(ref _inFlight);
        }
    }

    private async Task<SubmitOutcome> SubmitAsync(CommandRequest request)
    {
        var uncertain = false;
        var tries = new Tries(time);
        while (true)
        {
            try
            {
                var outcome = await CallAsync(request);
                if (outcome is SubmitOutcome.Unavailable { Reason: UnavailableReason.ShuttingDown }
                    && await tries.AgainAsync())
                {
                    // The silo leaves; the grain wakes up on another.
                    continue;
                }

                // An earlier try may still be stored, by a silo that stands still: nobody is told that nothing came
                // of it.
                return uncertain && outcome is not SubmitOutcome.Accepted ? new SubmitOutcome.Unknown() : outcome;
            }
            // Boundary: a call that got no answer is tried again; what is a bug goes to the next one.
            catch (Exception error) when (LostCalls.IsLost(error))
            {
                Lost(tries, request.Chain, error);
                uncertain |= !LostCalls.IsSurelyNotExecuted(error);
            }
            // Boundary: what was sent may have been executed, whatever failed: no bug is answered as if it were not.
            catch (Exception error)
            {
                Log.CallFailed(logger, request.Chain, error);
                return await FindAsync(request) ?? new SubmitOutcome.Unknown();
            }

            if (uncertain && await FindAsync(request) is { } found)
            {
                return found;
            }

            if (!await tries.AgainAsync())
            {
                Log.GaveUp(logger, request.Chain, tries.Count);
                return uncertain
                    ? new SubmitOutcome.Unknown()
                    : new SubmitOutcome.Unavailable(UnavailableReason.StoreUnavailable, GrainContext.RetryAfter);
            }
        }
    }

    private async Task<SubmitOutcome> CallAsync(CommandRequest request)
    {
        while (true)
        {
            var version = _version;
            var parcel = await ChainGrainTypes.Of(grains, request.Chain).SubmitAsync(
                Parcel.Of(request, () => Packed.Of(CommandMessages.Of(request, version))));
            if (parcel.Content is SubmitOutcome outcome)
            {
                return outcome;
            }

            var answer = parcel.Pack().Open<AnswerMessage>();
            if (answer.Kind != AnswerKind.NotSpoken)
            {
                return AnswerMessages.Read(answer);
            }

            if (answer.Version >= version || !MessageVersion.IsSpoken(answer.Version))
            {
                Log.NoCommonForm(logger, request.Chain, version, answer.Version);
                return new SubmitOutcome.Unavailable(UnavailableReason.StoreUnavailable, GrainContext.RetryAfter);
            }

            // An older release is in the cluster: until this node starts anew it is written to in its form.
            Log.OlderForm(logger, answer.Version, version);
            _version = answer.Version;
        }
    }

    private async Task<SubmitOutcome?> FindAsync(CommandRequest request)
    {
        try
        {
            return await here.FindAsync(request, CancellationToken.None);
        }
        catch (StoreUnavailableException error)
        {
            // Not even the store says what became of it.
            Log.NotLookedUp(logger, request.Chain, StoreUnavailableException.ReasonOf(error));
            return null;
        }
        // Boundary: whatever keeps it from being looked up, the command may have been executed.
        catch (Exception error)
        {
            Log.LookUpFailed(logger, request.Chain, error);
            return null;
        }
    }

    // Thousands of calls are lost at once when a silo dies: each says so once.
    private void Lost(Tries tries, ChainId chain, Exception error)
    {
        Metrics.CallsLost.Add(1);
        if (tries.Count == 1)
        {
            Log.CallLost(logger, chain, error.Message);
        }
    }

    /// <summary>The tries of one call: each after a longer pause, until patience is over.</summary>
    private sealed class Tries(TimeProvider time)
    {
        private readonly long _began = time.GetTimestamp();
        private TimeSpan _pause = PauseLeast;

        /// <summary>Which try it is.</summary>
        internal int Count { get; private set; } = 1;

        internal async ValueTask<bool> AgainAsync()
        {
            if (time.GetElapsedTime(_began) + _pause > Patience)
            {
                return false;
            }

            await Task.Delay(_pause, time);
            _pause = TimeSpan.FromTicks(Math.Min(_pause.Ticks * 2, PauseMost.Ticks));
            Count++;
            return true;
        }
    }
}
