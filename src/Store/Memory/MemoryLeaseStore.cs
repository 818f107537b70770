namespace Exchange.Store.Memory;

/// <summary>Leases in memory, for the nodes of one process; its clock is the one it is given.</summary>
/// <param name="time">The store's own clock; the system's where none is given.</param>
/// <param name="faults">What the next calls meet; nothing where none is given.</param>
public sealed class MemoryLeaseStore(TimeProvider? time = null, MemoryFaults? faults = null) : ILeaseStore
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly MemoryFaults _faults = faults ?? new();
    private readonly Lock _lock = new();
    private readonly Dictionary<LeaseName, (Lease Lease, DateTimeOffset Until)> _leases = [];

    public ValueTask<Lease?> TryTakeAsync(
        LeaseName name, GrainKey holder, TimeSpan duration, CancellationToken cancellationToken)
    {
        _faults.RefuseWhereDown();
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            var isKnown = _leases.TryGetValue(name, out var last);
            if (isKnown && last.Until > now && last.Lease.Holder != holder)
            {
                return new((Lease?)null);
            }

            // One that was given back or has run out is a new one also for its last holder: others may have held it.
            var lease = isKnown && last.Until > now
                ? last.Lease
                : new Lease(name, holder, new(isKnown ? last.Lease.Epoch.Value + 1 : 1));
            _leases[name] = (lease, now + duration);
            return new(lease);
        }
    }

    public ValueTask<bool> IsHeldAsync(Lease lease, CancellationToken cancellationToken)
    {
        _faults.RefuseWhereDown();
        lock (_lock)
        {
            return new(_leases.TryGetValue(lease.Name, out var last)
                && last.Lease == lease && last.Until > _time.GetUtcNow());
        }
    }

    public ValueTask ReleaseAsync(Lease lease, CancellationToken cancellationToken)
    {
        _faults.RefuseWhereDown();
        lock (_lock)
        {
            if (_leases.TryGetValue(lease.Name, out var last) && last.Lease == lease)
            {
                _leases[lease.Name] = (lease, DateTimeOffset.MinValue);
            }
        }

        return ValueTask.CompletedTask;
    }
}
