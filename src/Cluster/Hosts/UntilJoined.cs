using Microsoft.Extensions.Logging;

namespace Exchange.Cluster.Hosts;

/// <summary>Lets a node without grains wait for its cluster, however long that takes to come up.</summary>
internal sealed class UntilJoined(ILogger<UntilJoined> logger, TimeProvider time) : IClientConnectionRetryFilter
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        Log.NotJoined(logger, exception.Message);
        await Task.Delay(Pause, time, cancellationToken);
        return true;
    }
}
