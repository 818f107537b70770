namespace Exchange.Store.Sqlite;

/// <summary>Whether a node may serve on the database. It has no clock of its own: its time is the host's.</summary>
internal sealed class SqliteHealth(GroupCommit commits, ReaderPool readers, TimeProvider time) : IStoreHealth
{
    public ValueTask<StoreCondition> CheckAsync(CancellationToken cancellationToken)
    {
        if (commits.Failed.IsCompleted)
        {
            return new(new StoreCondition.Refused(StoreRefusal.Failed));
        }

        // The tables are brought up to date when the directory is opened, and nobody else can open it meanwhile.
        _ = readers.Read(connection => connection.ReadNumberOrZero("read_greatest_position"));
        return new(new StoreCondition.Good(new(time.GetUtcNow().ToUnixTimeMilliseconds())));
    }
}
