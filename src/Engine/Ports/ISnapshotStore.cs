namespace Exchange.Engine.Ports;

// family: snapshots

/// <summary>
/// Keeps states so that a long chain loads quickly. Derived data: writing may fail or be lost without harm, an unknown
/// version is ignored by the reader, and a head that is not on the chain is reported.
/// </summary>
public interface ISnapshotStore
{
    /// <summary>The latest snapshot written of a chain, or nothing.</summary>
    ValueTask<Snapshot?> ReadAsync(ChainId chain, CancellationToken cancellationToken);

    /// <summary>The latest snapshots of the chains from one through another, ascending by chain.</summary>
    ValueTask<ImmutableArray<Snapshot>> ReadRangeAsync(
        ChainId first, ChainId last, CancellationToken cancellationToken);

    /// <summary>Keeps a snapshot in place of an earlier one.</summary>
    ValueTask WriteAsync(Snapshot snapshot, CancellationToken cancellationToken);
}

/// <summary>A state at a head.</summary>
public sealed record Snapshot(
    ChainId Chain, ChainHead Head, UnixMilliseconds HeadTime, int StateVersion, ReadOnlyMemory<byte> State);
