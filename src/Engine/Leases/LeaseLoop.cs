using Exchange.Engine.Ports;
using Microsoft.Extensions.Logging;

namespace Exchange.Engine.Leases;

/// <summary>Renews again and again in the background, until disposed.</summary>
internal sealed class LeaseLoop : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Func<CancellationToken, ValueTask<TimeSpan>> _renew;
    private readonly Task _running;

    /// <param name="renew">Renews once, and answers when to do it again.</param>
    internal LeaseLoop(TimeProvider time, ILogger logger, Func<CancellationToken, ValueTask<TimeSpan>> renew)
    {
        (_time, _logger, _renew) = (time, logger, renew);
        _running = Task.Run(RunAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(await RenewAsync(), _time, _stopping.Token);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Whoever disposes this gives back what is held.
        }
    }

    private async ValueTask<TimeSpan> RenewAsync()
    {
        try
        {
            // Bounded, so that a store that hangs is asked again before the time is over.
            using var bound = new CancellationTokenSource(LeaseKeeper.ExtendEvery, _time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, bound.Token);
            return await _renew(both.Token);
        }
        catch (StoreUnavailableException error)
        {
            Log.LeaseNotAsked(_logger, StoreUnavailableException.ReasonOf(error));
            return LeaseKeeper.AskEvery;
        }
        catch (OperationCanceledException error) when (!_stopping.IsCancellationRequested)
        {
            Log.LeaseNotAsked(_logger, StoreUnavailableException.ReasonOf(error));
            return LeaseKeeper.AskEvery;
        }
        // Boundary: nobody awaits this loop, and a lease that is not asked for again is lost for good.
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Log.LeaseBroke(_logger, error);
            return LeaseKeeper.AskEvery;
        }
    }
}
