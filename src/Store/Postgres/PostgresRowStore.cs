using System.Data;
using System.Runtime.CompilerServices;
using Npgsql;

namespace Exchange.Store.Postgres;

/// <summary>The derived rows.</summary>
internal sealed class PostgresRowStore(PostgresSessions sessions) : IRowStore
{
    private const int PageChains = 256;

    private readonly PostgresBlockReader _blocks = new(sessions.Shared);
    private readonly PostgresFiledRows _filed = new(sessions.Shared);

    public ValueTask<Row?> FindAsync(
        RowTable table, ChainId chain, string item, CancellationToken cancellationToken) =>
        PostgresFaults.Guarded(async () =>
        {
            var statement = new RowStatement(table, "find").AddChain(chain).AddItem(item);
            var rows = await ReadAsync(statement, RowStatement.ReadRow, cancellationToken).ConfigureAwait(false);
            return rows.IsEmpty ? null : rows[0];
        });

    public ValueTask<ImmutableArray<Row>> ListAsync(
        RowQuery query, RowCursor? after, int limit, CancellationToken cancellationToken) =>
        PostgresFaults.Guarded(() => ReadAsync(
            new RowStatement(query, after, limit), RowStatement.ReadRow, cancellationToken));

    public ValueTask<BlockView> ReadBlockAsync(BlockQuery query, CancellationToken cancellationToken) =>
        PostgresFaults.Guarded(() => _blocks.ReadAsync(query, cancellationToken));

    public async ValueTask ReplaceRowsAsync(ImmutableArray<ChainRows> chains, CancellationToken cancellationToken)
    {
        RowOwners.RefuseStrangers(chains);
        if (!chains.IsEmpty)
        {
            await sessions.WriteAsync(batch => Replace(batch, chains), cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask<ImmutableArray<Row>> ReadRowsOfAsync(ChainId chain, CancellationToken cancellationToken) =>
    [
        .. (await ReadFiledAsync(chain, chain, cancellationToken).ConfigureAwait(false))
            .Select(row => RowBodies.Decode(row.Table, row.Body.Span)),
    ];

    public ValueTask<ImmutableArray<FiledRow>> ReadFiledAsync(
        ChainId first, ChainId last, CancellationToken cancellationToken) =>
        PostgresFaults.Guarded(() => _filed.ReadAsync(first, last, cancellationToken));

    public async IAsyncEnumerable<ChainId> ReadChainsWithRowsAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ChainId? after = null;
        while (true)
        {
            var page = await PostgresFaults.Guarded(() => ReadChainsAsync(after, cancellationToken))
                .ConfigureAwait(false);
            foreach (var chain in page)
            {
                yield return chain;
            }

            if (page.Length < PageChains)
            {
                break;
            }

            after = page[^1];
        }
    }

    private static void Replace(NpgsqlBatch batch, ImmutableArray<ChainRows> chains)
    {
        // A writer that appends holds the chain's head: it goes first or waits, and neither undoes the other.
        batch.BatchCommands.Add(RowStatement.LockHeads(chains));
        foreach (var table in RowBodies.Tables)
        {
            batch.BatchCommands.Add(RowStatement.DeleteChains(table, chains));
        }

        new PostgresRowWrites().AddTo(
            batch,
            [.. chains.SelectMany(each => each.Rows).Select(row => new EncodedChange(new RowChange.Upsert(row)))]);
    }

    private async ValueTask<ImmutableArray<T>> ReadAsync<T>(
        RowStatement statement, Func<NpgsqlDataReader, RowTable, T> read, CancellationToken cancellationToken)
    {
        if (statement.HasNone)
        {
            return [];
        }

        var command = statement.ToCommand(sessions.Shared);
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                var rows = ImmutableArray.CreateBuilder<T>();
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    rows.Add(read(reader, statement.Table));
                }

                return rows.DrainToImmutable();
            }
        }
    }

    // Each table answers its next chains; the least of all of them are the next of the union.
    private async ValueTask<ImmutableArray<ChainId>> ReadChainsAsync(
        ChainId? after, CancellationToken cancellationToken)
    {
        var chains = await InAllAsync(
            table => new RowStatement(table, "chains").AddAfter(after).Add(PageChains),
            RowStatement.ReadChain, cancellationToken).ConfigureAwait(false);
        return [.. new SortedSet<ChainId>(chains).Take(PageChains)];
    }

    // All tables at one moment.
    private ValueTask<ImmutableArray<T>> InAllAsync<T>(
        Func<RowTable, RowStatement> ask, Func<NpgsqlDataReader, RowTable, T> read,
        CancellationToken cancellationToken) => PostgresFaults.Guarded(async () =>
    {
        var connection = await sessions.Shared.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var moment = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken)
                .ConfigureAwait(false);
            await using (moment.ConfigureAwait(false))
            {
                return await InAllAsync(connection, ask, read, cancellationToken).ConfigureAwait(false);
            }
        }
    });

    private static async ValueTask<ImmutableArray<T>> InAllAsync<T>(
        NpgsqlConnection connection, Func<RowTable, RowStatement> ask, Func<NpgsqlDataReader, RowTable, T> read,
        CancellationToken cancellationToken)
    {
        var batch = new NpgsqlBatch(connection);
        await using (batch.ConfigureAwait(false))
        {
            foreach (var table in RowBodies.Tables)
            {
                batch.BatchCommands.Add(ask(table).ToBatchCommand());
            }

            var found = ImmutableArray.CreateBuilder<T>();
            var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                foreach (var table in RowBodies.Tables)
                {
                    while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                    {
                        found.Add(read(reader, table));
                    }

                    _ = await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
                }
            }

            return found.DrainToImmutable();
        }
    }
}
