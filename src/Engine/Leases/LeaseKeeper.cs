using Exchange.Engine.Ports;
using Microsoft.Extensions.Logging;

namespace Exchange.Engine.Leases;

/// <summary>
/// Holds a lease as long as it can, and knows by the machine's own steady clock whether it still does: a process that
/// stood still finds its time over before it does anything, though nobody could tell it.
/// </summary>
public sealed class LeaseKeeper : IAsyncDisposable
{
    /// <summary>For how long a lease is taken: the longest that others wait for a node that died.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    /// <summary>How often a lease that is held is extended.</summary>
    public static readonly TimeSpan ExtendEvery = Duration / 3;

    /// <summary>How often a lease that somebody else holds is asked for: one given back is taken within this.</summary>
    public static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(1);

    // Clocks of two machines do not run at quite the same speed; the holder's own count ends first.
    private static readonly TimeSpan TrustedFor = Duration * 9 / 10;

    private readonly ILeaseStore _leases;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile Holding? _holding;
    private LeaseLoop? _loop;

    public LeaseKeeper(ILeaseStore leases, LeaseName name, GrainKey holder, TimeProvider time, ILogger logger)
    {
        _leases = leases;
        Name = name;
        Holder = holder;
        _time = time;
        _logger = logger;
    }

    public LeaseName Name { get; }

    /// <summary>Who holds it here.</summary>
    public GrainKey Holder { get; }

    /// <summary>The lease with its epoch while nobody else can have it; nothing otherwise.</summary>
    public Lease? Held =>
        _holding is { } holding && _time.GetElapsedTime(holding.AskedAt) < TrustedFor ? holding.Lease : null;

    /// <summary>Begins to take and extend the lease, until disposed.</summary>
    public void Start() => _loop = new(
        _time, _logger, async cancellationToken =>
            await RenewAsync(cancellationToken) is null ? AskEvery : ExtendEvery);

    /// <summary>Takes or extends the lease now; nothing where somebody else holds it. One call at a time.</summary>
    /// <exception cref="StoreUnavailableException">
    /// The store cannot be asked. A lease that was held is held on until its time is over.
    /// </exception>
    public async ValueTask<Lease?> RenewAsync(CancellationToken cancellationToken)
    {
        // The store counts from some moment after this one.
        var askedAt = _time.GetTimestamp();
        var before = _holding?.Lease;
        var lease = await _leases.TryTakeAsync(Name, Holder, Duration, cancellationToken);
        _holding = lease is null ? null : new(lease, askedAt);
        if (lease is not null && lease != before)
        {
            Metrics.LeasesTaken.Add(1);
            Log.LeaseTaken(_logger, Name, lease.Epoch.Value);
        }
        else if (lease is null && before is not null)
        {
            Metrics.LeasesLost.Add(1);
            Log.LeaseLost(_logger, Name, before.Epoch.Value);
        }

        return lease;
    }

    /// <summary>Stops, and gives back what it holds, so that the next holder need not wait.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_loop is not null)
        {
            await _loop.DisposeAsync();
        }

        await ReleaseAsync();
    }

    private async ValueTask ReleaseAsync()
    {
        var holding = _holding;
        _holding = null;
        if (holding is null)
        {
            return;
        }

        try
        {
            await _leases.ReleaseAsync(holding.Lease, CancellationToken.None);
        }
        catch (StoreUnavailableException error)
        {
            // It runs out by itself.
            Log.LeaseNotReleased(_logger, Name, error);
        }
    }

    /// <param name="AskedAt">By the steady clock, before the store was asked.</param>
    private sealed record Holding(Lease Lease, long AskedAt);
}
