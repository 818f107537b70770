using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Exchange.Cluster.Jobs;

/// <summary>
/// Wakes the jobs again and again, from every silo: whichever did them may have left or died a moment ago. A silo
/// serves whether they wake or not.
/// </summary>
internal sealed class JobsWaker(IGrainFactory grains, TimeProvider time, ILogger<JobsWaker> logger)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            do
            {
                await TryWakeAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops; other silos wake the jobs elsewhere.
        }
    }

    private async Task TryWakeAsync(CancellationToken stoppingToken)
    {
        try
        {
            await grains.GetGrain<IExchangeJobsGrain>(ClusterNames.Jobs).WakeAsync().WaitAsync(stoppingToken);
        }
        // Boundary: whatever it was, it is tried again, and a reminder that stands already wakes them as well.
        catch (Exception error) when (!stoppingToken.IsCancellationRequested)
        {
            Log.JobsNotWoken(logger, error.Message);
        }
    }
}
