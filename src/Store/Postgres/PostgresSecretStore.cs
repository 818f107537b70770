using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Npgsql;
using NpgsqlTypes;

namespace Exchange.Store.Postgres;

/// <summary>The wrapped keys.</summary>
internal sealed class PostgresSecretStore(PostgresSessions sessions, Watermark watermark) : ISecretStore
{
    private const int PageSecrets = 1000;

    public async ValueTask<ReadOnlyMemory<byte>> GetOrAddAsync(
        string name, ReadOnlyMemory<byte> wrapped, CancellationToken cancellationToken) =>
        (await GetOrAddManyAsync([new(name, wrapped)], cancellationToken))[0];

    public async ValueTask<ImmutableArray<ReadOnlyMemory<byte>>> GetOrAddManyAsync(
        ImmutableArray<KeyValuePair<string, ReadOnlyMemory<byte>>> secrets, CancellationToken cancellationToken)
    {
        if (secrets.IsEmpty)
        {
            return [];
        }

        // What a reader sees is committed already, so that keys that are there cost no commit.
        var names = secrets.Select(secret => secret.Key).ToArray();
        var kept = await FindAsync(names, cancellationToken);
        if (!names.All(kept.ContainsKey))
        {
            var first = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
            foreach (var (name, wrapped) in secrets)
            {
                _ = first.TryAdd(name, wrapped);
            }

            await sessions.WriteAsync(batch => batch.BatchCommands.Add(Insert(first)), cancellationToken);

            // Somebody else's key may have come first; it is committed by now, because the insertion waited for it.
            kept = await FindAsync(names, cancellationToken);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(Array.ConvertAll(names, name => kept[name]));
    }

    public async ValueTask<ImmutableArray<ReadOnlyMemory<byte>?>> FindManyAsync(
        ImmutableArray<string> names, CancellationToken cancellationToken)
    {
        var found = await FindAsync([.. names], cancellationToken);
        return
        [
            .. names.Select(name => found.TryGetValue(name, out var wrapped) ? wrapped : (ReadOnlyMemory<byte>?)null),
        ];
    }

    // In pages, so that no transaction stays open as long as the caller enumerates.
    public async IAsyncEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> ReadAllAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = "";
        while (true)
        {
            var page = await ReadPageAsync(after, cancellationToken);
            foreach (var secret in page)
            {
                yield return secret;
            }

            if (page.Count < PageSecrets)
            {
                yield break;
            }

            after = page[^1].Key;
        }
    }

    private ValueTask<List<KeyValuePair<string, ReadOnlyMemory<byte>>>> ReadPageAsync(
        string after, CancellationToken cancellationToken) =>
        PostgresFaults.Guarded(async () =>
        {
            var page = new List<KeyValuePair<string, ReadOnlyMemory<byte>>>();
            await using var command = sessions.Shared.CreateCommand(SqlText.Postgres.Of("read_secrets"));
            _ = command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = after });
            _ = command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = PageSecrets });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                page.Add(new(reader.GetString(0), reader.GetFieldValue<byte[]>(1)));
            }

            return page;
        });

    // In the order of the names, so that sessions that add the same ones wait for each other in turn.
    private static NpgsqlBatchCommand Insert(Dictionary<string, ReadOnlyMemory<byte>> secrets)
    {
        var ordered = secrets.OrderBy(secret => secret.Key, StringComparer.Ordinal).ToArray();
        var command = new NpgsqlBatchCommand(SqlText.Postgres.Of("insert_secrets"));
        _ = command.Parameters.Add(new NpgsqlParameter<string[]>
        {
            TypedValue = [.. ordered.Select(secret => secret.Key)],
        });
        _ = command.Parameters.Add(new NpgsqlParameter<ReadOnlyMemory<byte>[]>
        {
            TypedValue = [.. ordered.Select(secret => secret.Value)],
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea,
        });
        return command;
    }

    private ValueTask<Dictionary<string, ReadOnlyMemory<byte>>> FindAsync(
        string[] names, CancellationToken cancellationToken) =>
        PostgresFaults.Guarded(async () =>
        {
            // Whoever gets a key may seal with it what is kept for good, so that it counts as acknowledged.
            var found = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
            await using var command = sessions.Shared.CreateCommand(SqlText.Postgres.Of("find_secrets"));
            _ = command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = names });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                var (name, wrapped) = (reader.GetString(0), reader.GetFieldValue<byte[]>(1));
                found[name] = wrapped;
                watermark.AcknowledgeFound(SeenSecret.Of(name, wrapped));
            }

            return found;
        });
}
