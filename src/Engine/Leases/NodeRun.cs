using Exchange.Engine.Ports;
using Microsoft.Extensions.Logging;

namespace Exchange.Engine.Leases;

/// <summary>
/// The run of a node: the name that its deliveries are started under, held by a lease. A run whose lease was lost is
/// over for good, for another node may have closed its deliveries; the node goes on under a new one. Thread-safe.
/// </summary>
public sealed class NodeRun : IAsyncDisposable
{
    private readonly ILeaseStore _leases;
    private readonly Func<GrainKey> _newName;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile Holding? _holding;
    private LeaseLoop? _loop;

    private NodeRun(ILeaseStore leases, Func<GrainKey> newName, TimeProvider time, ILogger logger) =>
        (_leases, _newName, _time, _logger) = (leases, newName, time, logger);

    /// <summary>The name of the run now.</summary>
    public GrainKey Current => Now.Keeper.Holder;

    private Holding Now => _holding ?? throw new InvalidOperationException("The run has not begun.");

    /// <summary>Begins a run. Nobody renews it yet.</summary>
    /// <param name="newName">Gives names that were never used before.</param>
    /// <exception cref="StoreUnavailableException">The store cannot be asked.</exception>
    public static async ValueTask<NodeRun> BeginAsync(
        ILeaseStore leases, Func<GrainKey> newName, TimeProvider time, ILogger logger,
        CancellationToken cancellationToken)
    {
        var run = new NodeRun(leases, newName, time, logger);
        await run.BeginNextAsync(cancellationToken);
        return run;
    }

    /// <summary>A name that was never used before.</summary>
    public static GrainKey NewName() => GrainKey.Parse($"run-{Guid.NewGuid():n}");

    /// <summary>Begins to hold the run, until disposed.</summary>
    public void Start() => _loop = new(_time, _logger, async cancellationToken =>
    {
        await RenewAsync(cancellationToken);
        return LeaseKeeper.ExtendEvery;
    });

    /// <summary>
    /// Whether a run is this node's own and surely not over: until then nobody else closes its deliveries.
    /// </summary>
    public bool IsHeld(GrainKey run)
    {
        // With another epoch it was taken anew after its time was over: in between it was anybody's.
        var (keeper, first) = Now;
        return keeper.Holder == run && keeper.Held == first;
    }

    /// <summary>Extends the run, or begins the next where it is over. One call at a time.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be asked.</exception>
    public async ValueTask RenewAsync(CancellationToken cancellationToken)
    {
        var (keeper, first) = Now;
        if (await keeper.RenewAsync(cancellationToken) is var lease && lease == first)
        {
            return;
        }

        // Taken anew after its time was over: between the two epochs it was anybody's.
        await BeginNextAsync(cancellationToken);
        Log.RunLost(_logger, keeper.Holder, Current);
        await keeper.DisposeAsync();
    }

    /// <summary>
    /// Takes a run that is over, so that it stays over; nothing while it is held. Dispose it when what that run left is
    /// dealt with.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store cannot be asked.</exception>
    internal async ValueTask<LeaseKeeper?> TryTakeOverAsync(GrainKey run, CancellationToken cancellationToken)
    {
        var keeper = new LeaseKeeper(_leases, LeaseName.OfRun(run), Current, _time, _logger);
        if (await keeper.RenewAsync(cancellationToken) is null)
        {
            return null;
        }

        // Extended while what is left is dealt with, however long that takes.
        keeper.Start();
        return keeper;
    }

    /// <summary>Ends the run.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_loop is not null)
        {
            await _loop.DisposeAsync();
        }

        await Now.Keeper.DisposeAsync();
    }

    private async ValueTask BeginNextAsync(CancellationToken cancellationToken)
    {
        var name = _newName();
        var keeper = new LeaseKeeper(_leases, LeaseName.OfRun(name), name, _time, _logger);
        var lease = await keeper.RenewAsync(cancellationToken)
            ?? throw new InvalidOperationException($"Expected a name that was never used, found {name} in use.");
        _holding = new(keeper, lease);
    }

    /// <param name="First">As it was first taken: with another epoch the run is over.</param>
    private sealed record Holding(LeaseKeeper Keeper, Lease First);
}
