using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orleans.Runtime;

namespace Exchange.Cluster.Hosts;

// family: whether a node has joined the cluster

/// <summary>Whether the other silos take this one for alive.</summary>
public sealed class JoinedSilo(ISiloStatusOracle silos) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
            silos.CurrentStatus == SiloStatus.Active
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy($"The silo has not joined its cluster: it is {silos.CurrentStatus}."));
}

/// <summary>Whether a node without grains reaches some silo.</summary>
public sealed class JoinedClient(ClientLinks links, IGrainFactory grains) : IHealthCheck
{
    private static readonly TimeSpan AnswerTimeMax = TimeSpan.FromSeconds(1);

    // A client connects when somebody calls, and nobody calls through a node that is not ready: so this does.
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        links.Any || await AnswersAsync(cancellationToken)
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("No silo of the cluster can be reached.");

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            _ = await grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true)
                .WaitAsync(AnswerTimeMax, cancellationToken);
            links.Answered();
            return true;
        }
        // Boundary: who does not answer is not there, for whatever reason.
        catch (Exception error) when (LostCalls.IsLost(error))
        {
            return false;
        }
    }
}

/// <summary>The silos that a node without grains reaches, as the client counts them. Thread-safe.</summary>
public sealed class ClientLinks : IClusterConnectionStatusObserver
{
    // The node listens only after it is connected; from then on changes are told.
    private volatile bool _any = true;

    /// <summary>Whether there is one.</summary>
    internal bool Any => _any;

    /// <summary>A silo answered, whatever was counted.</summary>
    internal void Answered() => _any = true;

    public void NotifyGatewayCountChanged(
        int currentNumberOfGateways, int previousNumberOfGateways, bool connectionRecovered) =>
        _any = currentNumberOfGateways > 0;

    public void NotifyClusterConnectionLost() => _any = false;
}
