using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Exchange.Cluster.Hosts;

/// <summary>Tells the operator which other silos join, and which are gone: left or declared dead.</summary>
internal sealed class SiloChanges(ISiloStatusOracle silos, ILogger<SiloChanges> logger)
    : IHostedService, ISiloStatusListener
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = silos.SubscribeToSiloStatusEvents(this);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _ = silos.UnSubscribeFromSiloStatusEvents(this);
        return Task.CompletedTask;
    }

    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        if (updatedSilo.Equals(silos.SiloAddress))
        {
            return;
        }

        switch (status)
        {
            case SiloStatus.Active:
                Log.SiloJoined(logger, updatedSilo);
                break;
            case SiloStatus.ShuttingDown or SiloStatus.Stopping:
                Log.SiloLeaves(logger, updatedSilo);
                break;
            case SiloStatus.Dead:
                Log.SiloGone(logger, updatedSilo);
                break;
            default:
                // On its way in.
                break;
        }
    }
}
