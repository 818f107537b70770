using System.Collections.Concurrent;

namespace Exchange.Store.Memory;

/// <summary>Snapshots in memory.</summary>
/// <param name="faults">What the next writes meet; nothing where none is given.</param>
public sealed class MemorySnapshotStore(MemoryFaults? faults = null) : ISnapshotStore
{
    private readonly MemoryFaults _faults = faults ?? new();
    private readonly ConcurrentDictionary<ChainId, Snapshot> _snapshots = new();

    /// <summary>How many chains have one.</summary>
    public int Count => _snapshots.Count;

    public ValueTask<Snapshot?> ReadAsync(ChainId chain, CancellationToken cancellationToken) =>
        new(_snapshots.GetValueOrDefault(chain));

    public ValueTask<ImmutableArray<Snapshot>> ReadRangeAsync(
        ChainId first, ChainId last, CancellationToken cancellationToken) =>
        new([.. _snapshots.Values
            .Where(snapshot => snapshot.Chain >= first && snapshot.Chain <= last)
            .OrderBy(snapshot => snapshot.Chain)]);

    public ValueTask WriteAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        _faults.Write(() => _snapshots[snapshot.Chain] = snapshot);
        return ValueTask.CompletedTask;
    }
}
