using Npgsql;

namespace Exchange.Store.Postgres;

/// <summary>
/// Whether a node may serve on the database: asks it anew each time, by a session that was held against what this node
/// remembers when it was made.
/// </summary>
internal sealed class PostgresHealth(PostgresSessions sessions, PostgresGroupCommit commits) : IStoreHealth
{
    public async ValueTask<StoreCondition> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await PostgresFaults.Guarded(() => AskAsync(cancellationToken));
        }
        catch (StoreUnavailableException) when (sessions.Refusal is { Kind: { } kind })
        {
            return new StoreCondition.Refused(kind);
        }
    }

    private async ValueTask<StoreCondition> AskAsync(CancellationToken cancellationToken)
    {
        await using var command = sessions.Asking.CreateCommand(SqlText.Postgres.Of("check_health"));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        _ = await reader.ReadAsync(cancellationToken);
        return reader.GetBoolean(0) ? new StoreCondition.Refused(StoreRefusal.ReadOnly)
            : !PostgresMigrations.AreKnown(newest: reader.GetInt32(1), needed: reader.GetInt32(2))
                ? new StoreCondition.Refused(StoreRefusal.SchemaNotCurrent)
            : commits.IsBlocked ? new StoreCondition.Refused(StoreRefusal.NotCommitting)
            : new StoreCondition.Good(new(reader.GetInt64(3)));
    }
}
