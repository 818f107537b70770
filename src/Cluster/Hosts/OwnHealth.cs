using Exchange.Engine.Ports;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Exchange.Cluster.Hosts;

/// <summary>
/// Whether this silo can serve: all that its readiness asks for but its standing in the cluster, which is to follow
/// from this. Thread-safe.
/// </summary>
public sealed class OwnHealth(HealthCheckService checks, ClusterSetup setup, TimeProvider time)
{
    /// <summary>After how many looks in a row a silo is believed that it cannot serve.</summary>
    internal const int LooksMax = 5;

    // What is checked has bounds of its own; this is for what does not keep them.
    private static readonly TimeSpan LookTimeMax = TimeSpan.FromSeconds(4);

    // What a look found is believed for this many times the pause between two: longer than the next one takes, and
    // shorter than the looks after which another silo leaves, for what fails may be about to fail here.
    private const int BelievedFor = 3;

    private volatile Look? _last;

    /// <summary>Whether it could a moment ago. A silo that stood still knows nothing of itself.</summary>
    internal bool IsGood =>
        _last is { Why: null } look && time.GetElapsedTime(look.BeganAt) < BelievedFor * setup.LookEvery;

    /// <summary>Looks, and answers why it cannot serve; nothing where it can.</summary>
    internal async Task<string?> LookAsync(CancellationToken cancellationToken)
    {
        var beganAt = time.GetTimestamp();
        var why = await WhyNotAsync(cancellationToken);
        _last = new(beganAt, why);
        return why;
    }

    private async Task<string?> WhyNotAsync(CancellationToken cancellationToken)
    {
        try
        {
            var report = await checks.CheckHealthAsync(
                static check => check.Name != ClusterNames.Check, cancellationToken)
                .WaitAsync(LookTimeMax, time, cancellationToken);
            return report.Status == HealthStatus.Healthy ? null : string.Join(' ', report.Entries.Values
                .Where(static entry => entry.Status != HealthStatus.Healthy)
                .Select(static entry => entry.Description ?? entry.Exception?.Message));
        }
        // Boundary: whatever keeps it from being checked, it is not known to be good.
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            return StoreUnavailableException.ReasonOf(error);
        }
    }

    private sealed record Look(long BeganAt, string? Why);
}
