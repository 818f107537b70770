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
    private volatile bool _isGivenUp;

    /// <summary>Whether the silo leaves because it cannot serve.</summary>
    public bool IsGivenUp => _isGivenUp;

    /// <summary>Whether it could a moment ago. A silo that stood still knows nothing of itself.</summary>
    internal bool IsGood =>
        _last is { Trouble: null } look && time.GetElapsedTime(look.BeganAt) < BelievedFor * setup.LookEvery;

    /// <summary>Looks, and answers what keeps it from serving; nothing where it can.</summary>
    internal async Task<Trouble?> LookAsync(CancellationToken cancellationToken)
    {
        var beganAt = time.GetTimestamp();
        var trouble = await FindAsync(cancellationToken);
        _last = new(beganAt, trouble);
        return trouble;
    }

    /// <summary>It is about to leave.</summary>
    internal void GiveUp() => _isGivenUp = true;

    private async Task<Trouble?> FindAsync(CancellationToken cancellationToken)
    {
        try
        {
            var report = await checks.CheckHealthAsync(
                static check => check.Name != ClusterNames.Check, cancellationToken)
                .WaitAsync(LookTimeMax, time, cancellationToken);
            var bad = report.Entries.Values.Where(static entry => entry.Status != HealthStatus.Healthy).ToArray();
            return bad is [] ? null : new(
                string.Join(' ', bad.Select(static entry => entry.Description ?? entry.Exception?.Message)),
                bad.Any(WouldOthersSee));
        }
        // Boundary: whatever keeps it from being checked, it is not known to be good.
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            return new(StoreUnavailableException.ReasonOf(error), WouldOthersSee: true);
        }
    }

    // A silo learns of these by what it wrote itself: one that wrote nothing would say that it can serve, whatever the
    // database does to those who write.
    private static bool WouldOthersSee(HealthReportEntry entry) =>
        !(entry.Data.TryGetValue(nameof(StoreRefusal), out var refusal)
            && refusal is StoreRefusal.NotCommitting or StoreRefusal.TailMissing or StoreRefusal.AnotherStore);

    /// <summary>What keeps a silo from serving.</summary>
    /// <param name="WouldOthersSee">Whether a silo that finds nothing shows that it is not the trouble of all.</param>
    internal sealed record Trouble(string Why, bool WouldOthersSee);

    private sealed record Look(long BeganAt, Trouble? Trouble);
}
