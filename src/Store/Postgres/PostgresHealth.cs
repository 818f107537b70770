using Npgsql;

namespace Exchange.Store.Postgres;

/// <summary>
/// Whether a node may serve on the database, by the database's own clock. A session that is made anew is checked
/// against what this node saw committed before it answers anything.
/// </summary>
internal sealed class PostgresHealth(PostgresSessions sessions) : IStoreHealth
{
    public async ValueTask<StoreCondition> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await PostgresFaults.Guarded(() => AskAsync(cancellationToken));
        }
        catch (StoreUnavailableException) when (sessions.Refusal is not null)
        {
            return new StoreCondition.Refused(StoreRefusal.NotTrusted);
        }
    }

    private async ValueTask<StoreCondition> AskAsync(CancellationToken cancellationToken)
    {
        await using var connection = await sessions.Shared.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(SqlText.Postgres.Of("read_condition"), connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        _ = await reader.ReadAsync(cancellationToken);
        return reader.GetBoolean(1) ? new StoreCondition.Refused(StoreRefusal.ReadOnly)
            : reader.GetInt32(2) != SqlText.Postgres.Migrations[^1].Number
                ? new StoreCondition.Refused(StoreRefusal.SchemaNotCurrent)
            : new StoreCondition.Good(new(reader.GetInt64(0)));
    }
}
