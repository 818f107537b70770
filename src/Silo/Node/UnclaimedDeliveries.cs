using Exchange.Engine.Delivery;
using Exchange.Engine.Ports;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Exchange.Silo.Node;

/// <summary>Aborts, every few seconds, the deliveries that were started and never read.</summary>
internal sealed class UnclaimedDeliveries(Deliveries deliveries, TimeProvider time, ILogger<UnclaimedDeliveries> logger)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await AbortAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops; the next run closes what is left as lost.
        }
    }

    private async Task AbortAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (await deliveries.AbortUnclaimedAsync(stoppingToken) is > 0 and var count)
            {
                Log.UnclaimedAborted(logger, count);
            }
        }
        catch (StoreUnavailableException unavailable)
        {
            Log.UnclaimedLeft(logger, unavailable);
        }
    }
}
