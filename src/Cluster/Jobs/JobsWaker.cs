using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Exchange.Cluster.Jobs;

/// <summary>Wakes the jobs once the silo has joined; a silo serves whether they wake or not.</summary>
internal sealed class JobsWaker(IGrainFactory grains, TimeProvider time, ILogger<JobsWaker> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!await TryWakeAsync())
        {
            try
            {
                await Task.Delay(Pause, time, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                // The node stops; reminders wake the jobs elsewhere.
                return;
            }
        }
    }

    private async Task<bool> TryWakeAsync()
    {
        try
        {
            await grains.GetGrain<IExchangeJobsGrain>(ClusterNames.Jobs).WakeAsync();
            return true;
        }
        // Boundary: whatever it was, it is tried again, and a reminder that stands already wakes them as well.
        catch (Exception error)
        {
            Log.JobsNotWoken(logger, error.Message);
            return false;
        }
    }
}
