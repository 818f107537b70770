using Exchange.Engine.Processes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Exchange.Silo.Node;

/// <summary>
/// What one node does for the whole exchange, whichever holds the lease of due work: closes the deliveries of nodes
/// that died, and collects content that nothing names.
/// </summary>
internal sealed class ExchangeChores(
    NodeLeases leases, IExchangeJobs jobs, TimeProvider time, ILogger<ExchangeChores> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CollectEvery = TimeSpan.FromDays(1);

    private long? _collectedAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            do
            {
                await TryRunAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops; whoever holds the lease next goes on.
        }
    }

    private async Task TryRunAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RunAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            throw;
        }
        // Boundary: a chore that fails is tried again; the node serves all the same.
        catch (Exception fault)
        {
            Log.ChoreFailed(logger, fault);
        }
    }

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        if (leases.DueWork.Held is null)
        {
            return;
        }

        _ = await jobs.RecoverAsync(stoppingToken);
        if (_collectedAt is { } last && time.GetElapsedTime(last) < CollectEvery)
        {
            return;
        }

        _collectedAt = time.GetTimestamp();
        _ = await jobs.CollectAsync(stoppingToken);
    }
}
