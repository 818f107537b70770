using System.Collections.Concurrent;

namespace Exchange.Store.Memory;

/// <summary>Snapshots in memory.</summary>
public sealed class MemorySnapshotStore : ISnapshotStore
{
    private readonly ConcurrentDictionary<ChainId, Snapshot> _snapshots = new();

    /// <summary>How many chains have one.</summary>
    public int Count => _snapshots.Count;

    public ValueTask<Snapshot?> ReadAsync(ChainId chain, CancellationToken cancellationToken) =>
        new(_snapshots.GetValueOrDefault(chain));

    public ValueTask WriteAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        _snapshots[snapshot.Chain] = snapshot;
        return ValueTask.CompletedTask;
    }
}
