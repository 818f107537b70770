namespace Exchange.Store.Sqlite;

/// <summary>The snapshots; a chain's latest replaces the one before.</summary>
internal sealed class SqliteSnapshotStore(GroupCommit commits, ReaderPool readers) : ISnapshotStore
{
    public ValueTask<Snapshot?> ReadAsync(ChainId chain, CancellationToken cancellationToken) =>
        ValueTask.FromResult(readers.Read(connection => Read(connection, chain)));

    public ValueTask<ImmutableArray<Snapshot>> ReadRangeAsync(
        ChainId first, ChainId last, CancellationToken cancellationToken) =>
        ValueTask.FromResult(readers.Read(connection => ReadRange(connection, first, last)));

    public async ValueTask WriteAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        var job = new SnapshotJob(snapshot);
        commits.Add(job);
        _ = await job.Answer.WaitAsync(cancellationToken);
    }

    private static Snapshot? Read(SqliteConnection connection, ChainId chain)
    {
        var statement = connection.Statement("read_snapshot").Bind(1, chain);
        if (!statement.Step())
        {
            return null;
        }

        var snapshot = SnapshotOf(statement, chain, firstColumn: 0);
        statement.Reset();
        return snapshot;
    }

    private static ImmutableArray<Snapshot> ReadRange(SqliteConnection connection, ChainId first, ChainId last)
    {
        var snapshots = ImmutableArray.CreateBuilder<Snapshot>();
        var statement = connection.Statement("read_snapshots").Bind(1, first).Bind(3, last);
        while (statement.Step())
        {
            snapshots.Add(SnapshotOf(statement, statement.Chain(0), firstColumn: 2));
        }

        return snapshots.DrainToImmutable();
    }

    private static Snapshot SnapshotOf(SqliteStatement statement, ChainId chain, int firstColumn) => new(
        chain, statement.Head(firstColumn), new(statement.Number(firstColumn + 2)),
        (int)statement.Number(firstColumn + 3), statement.Bytes(firstColumn + 4).ToArray());
}
