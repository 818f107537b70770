using Exchange.Engine.Delivery;
using Exchange.Engine.Ports;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Exchange.Silo.Node;

/// <summary>
/// Every few seconds: ends the deliveries that were streamed while their end could not be stored, and aborts those that
/// were started and never read.
/// </summary>
internal sealed class DeliveryRounds(Deliveries deliveries, TimeProvider time, ILogger<DeliveryRounds> logger)
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
                await GoAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops; the next run closes what is left as lost.
        }
    }

    private async Task GoAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (await deliveries.EndStreamedAsync(stoppingToken) is > 0 and var ended)
            {
                Log.StreamedEnded(logger, ended);
            }

            if (await deliveries.AbortUnclaimedAsync(stoppingToken) is > 0 and var count)
            {
                Log.UnclaimedAborted(logger, count);
            }
        }
        // Boundary: whatever one round meets, the node goes on and the next one tries again.
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Log.RoundFailed(logger, error);
        }
    }
}
