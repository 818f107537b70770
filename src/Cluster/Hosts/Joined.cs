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

    // A client connects when somebody calls, and nobody calls through a node that is not ready: so this does. It does
    // too where nobody answered for a while: connections whose packets are dropped stay open for many minutes.
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        links.IsFresh || await AnswersAsync(cancellationToken) || links.IsBelieved
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("No silo of the cluster can be reached.");

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            _ = await grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true, cancellationToken)
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
public sealed class ClientLinks(TimeProvider time) : IClusterConnectionStatusObserver
{
    // A connection is not asked again before this, and believed without an answer until the other: a busy silo may let
    // a question wait.
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BelievedFor = TimeSpan.FromSeconds(30);

    // The node listens only after it is connected; from then on changes are told.
    private volatile bool _any = true;
    private long _answeredAt = time.GetTimestamp();

    /// <summary>Whether there is one that answered lately.</summary>
    internal bool IsFresh => _any && Silence < FreshFor;

    /// <summary>Whether there is one that need not be given up yet.</summary>
    internal bool IsBelieved => _any && Silence < BelievedFor;

    private TimeSpan Silence => time.GetElapsedTime(Volatile.Read(ref _answeredAt));

    /// <summary>A silo answered, whatever was counted.</summary>
    internal void Answered()
    {
        Volatile.Write(ref _answeredAt, time.GetTimestamp());
        _any = true;
    }

    public void NotifyGatewayCountChanged(
        int currentNumberOfGateways, int previousNumberOfGateways, bool connectionRecovered) =>
        _any = currentNumberOfGateways > 0;

    public void NotifyClusterConnectionLost() => _any = false;
}
