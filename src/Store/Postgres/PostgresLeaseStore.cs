using Npgsql;

namespace Exchange.Store.Postgres;

/// <summary>The leases, by the database's clock.</summary>
internal sealed class PostgresLeaseStore(PostgresSessions sessions) : ILeaseStore
{
    public async ValueTask<Lease?> TryTakeAsync(
        LeaseName name, GrainKey holder, TimeSpan duration, CancellationToken cancellationToken)
    {
        Lease? taken = null;
        var command = Command("take_lease", name, holder);
        _ = command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = duration });
        await sessions.WriteAsync(
            batch => batch.BatchCommands.Add(command),
            async reader => taken = await reader.ReadAsync(cancellationToken)
                ? new(name, holder, new(reader.GetInt64(0)))
                : null,
            cancellationToken);
        return taken;
    }

    public ValueTask<bool> IsHeldAsync(Lease lease, CancellationToken cancellationToken) =>
        PostgresFaults.Guarded(async () =>
        {
            await using var connection = await sessions.Shared.OpenConnectionAsync(cancellationToken);
            await using var batch = connection.CreateBatch();
            batch.BatchCommands.Add(Command("check_lease", lease));
            return (bool)(await batch.ExecuteScalarAsync(cancellationToken))!;
        });

    public ValueTask ReleaseAsync(Lease lease, CancellationToken cancellationToken) => sessions.WriteAsync(
        batch => batch.BatchCommands.Add(Command("release_lease", lease)), cancellationToken);

    private static NpgsqlBatchCommand Command(string statement, Lease lease)
    {
        var command = Command(statement, lease.Name, lease.Holder);
        _ = command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = lease.Epoch.Value });
        return command;
    }

    private static NpgsqlBatchCommand Command(string statement, LeaseName name, GrainKey holder)
    {
        var command = new NpgsqlBatchCommand(SqlText.Postgres.Of(statement));
        _ = command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name.Value });
        _ = command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = holder.Value });
        return command;
    }
}
