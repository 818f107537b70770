namespace Exchange.Store.Sqlite;

/// <summary>The snapshots; a chain's latest replaces the one before.</summary>
internal sealed class SqliteSnapshotStore(GroupCommit commits, ReaderPool readers) : ISnapshotStore
{
    public ValueTask<Snapshot?> ReadAsync(ChainId chain, CancellationToken cancellationToken) =>
        ValueTask.FromResult(readers.Read(connection => Read(connection, chain)));

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

        var snapshot = new Snapshot(
            chain, statement.Head(0), new(statement.Number(2)), (int)statement.Number(3), statement.Bytes(4).ToArray());
        statement.Reset();
        return snapshot;
    }
}
