using Npgsql;
using NpgsqlTypes;

namespace Exchange.Store.Postgres;

/// <summary>The snapshots; a chain's latest replaces the one before.</summary>
internal sealed class PostgresSnapshotStore(PostgresSessions sessions) : ISnapshotStore
{
    public ValueTask<Snapshot?> ReadAsync(ChainId chain, CancellationToken cancellationToken) =>
        PostgresFaults.Guarded(async () =>
        {
            await using var command = sessions.Shared.CreateCommand(SqlText.Postgres.Of("read_snapshot"));
            _ = command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)chain.Kind });
            _ = command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = chain.Key.Value });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            return await reader.ReadAsync(cancellationToken)
                ? SnapshotOf(reader, chain, firstColumn: 0)
                : null;
        });

    public ValueTask<ImmutableArray<Snapshot>> ReadRangeAsync(
        ChainId first, ChainId last, CancellationToken cancellationToken) =>
        PostgresFaults.Guarded(async () =>
        {
            await using var command = sessions.Shared.CreateCommand(SqlText.Postgres.Of("read_snapshots"));
            foreach (var chain in (ReadOnlySpan<ChainId>)[first, last])
            {
                _ = command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)chain.Kind });
                _ = command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = chain.Key.Value });
            }

            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var snapshots = ImmutableArray.CreateBuilder<Snapshot>();
            while (await reader.ReadAsync(cancellationToken))
            {
                var chain = new ChainId((GrainKind)reader.GetInt16(0), GrainKey.Parse(reader.GetString(1)));
                snapshots.Add(SnapshotOf(reader, chain, firstColumn: 2));
            }

            return snapshots.DrainToImmutable();
        });

    public ValueTask WriteAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        var command = new NpgsqlBatchCommand(SqlText.Postgres.Of("upsert_snapshot"));
        _ = command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)snapshot.Chain.Kind });
        _ = command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = snapshot.Chain.Key.Value });
        _ = command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = snapshot.Head.Index.Value });
        _ = command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = snapshot.Head.Hash.ToArray() });
        _ = command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = snapshot.HeadTime.Value });
        _ = command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = snapshot.StateVersion });
        _ = command.Parameters.Add(new NpgsqlParameter<ReadOnlyMemory<byte>>
        {
            TypedValue = snapshot.State,
            NpgsqlDbType = NpgsqlDbType.Bytea,
        });
        return sessions.WriteAsync(batch => batch.BatchCommands.Add(command), cancellationToken);
    }

    private static Snapshot SnapshotOf(NpgsqlDataReader reader, ChainId chain, int firstColumn) => new(
        chain, new(new(reader.GetInt64(firstColumn)), new(reader.GetFieldValue<byte[]>(firstColumn + 1))),
        new(reader.GetInt64(firstColumn + 2)), reader.GetInt32(firstColumn + 3),
        reader.GetFieldValue<byte[]>(firstColumn + 4));
}
