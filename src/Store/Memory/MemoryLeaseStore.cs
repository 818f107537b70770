namespace Exchange.Store.Memory;

/// <summary>Leases in memory: those of a process that shares its store with no other.</summary>
/// <param name="time">The clock of the leases.</param>
/// <param name="faults">What the next writes meet; nothing where none is given.</param>
public sealed class MemoryLeaseStore(TimeProvider time, MemoryFaults? faults = null) : ILeaseStore
{
    private readonly MemoryFaults _faults = faults ?? new();
    private readonly Lock _gate = new();
    private readonly Dictionary<LeaseName, (Lease Lease, DateTimeOffset ExpiresAt)> _leases = [];

    public ValueTask<Lease?> TryTakeAsync(
        LeaseName name, GrainKey holder, TimeSpan duration, CancellationToken cancellationToken)
    {
        Lease? taken = null;
        _faults.Write(() => taken = Take(name, holder, duration));
        return new(taken);
    }

    public ValueTask<bool> IsHeldAsync(Lease lease, CancellationToken cancellationToken)
    {
        _faults.RefuseWhereDown();
        lock (_gate)
        {
            return new(_leases.TryGetValue(lease.Name, out var kept) && kept.Lease == lease && !IsOver(kept.ExpiresAt));
        }
    }

    public ValueTask ReleaseAsync(Lease lease, CancellationToken cancellationToken)
    {
        _faults.Write(() =>
        {
            lock (_gate)
            {
                if (_leases.TryGetValue(lease.Name, out var kept) && kept.Lease == lease)
                {
                    _leases[lease.Name] = (lease, DateTimeOffset.MinValue);
                }
            }
        });
        return ValueTask.CompletedTask;
    }

    private bool IsOver(DateTimeOffset moment) => moment <= time.GetUtcNow();

    private Lease? Take(LeaseName name, GrainKey holder, TimeSpan duration)
    {
        lock (_gate)
        {
            var epoch = new LeaseEpoch(1);
            if (_leases.TryGetValue(name, out var kept))
            {
                var isOver = IsOver(kept.ExpiresAt);
                if (!isOver && kept.Lease.Holder != holder)
                {
                    return null;
                }

                epoch = isOver ? new(kept.Lease.Epoch.Value + 1) : kept.Lease.Epoch;
            }

            var lease = new Lease(name, holder, epoch);
            _leases[name] = (lease, time.GetUtcNow() + duration);
            return lease;
        }
    }
}
