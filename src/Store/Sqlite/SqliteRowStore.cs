using System.Runtime.CompilerServices;

namespace Exchange.Store.Sqlite;

/// <summary>The derived rows.</summary>
internal sealed class SqliteRowStore(GroupCommit commits, ReaderPool readers) : IRowStore
{
    private const int PageChains = 256;

    private readonly BlockReader _blocks = new();

    public ValueTask<Row?> FindAsync(
        RowTable table, ChainId chain, string item, CancellationToken cancellationToken) =>
        ValueTask.FromResult(readers.Read(connection => Find(connection, table, chain, item)));

    public ValueTask<ImmutableArray<Row>> ListAsync(
        RowQuery query, RowCursor? after, int limit, CancellationToken cancellationToken) =>
        ValueTask.FromResult(readers.Read(connection => List(connection, query, after, limit)));

    public ValueTask<BlockView> ReadBlockAsync(BlockQuery query, CancellationToken cancellationToken) =>
        ValueTask.FromResult(readers.Read(connection => _blocks.Read(connection, query)));

    public async ValueTask ReplaceRowsAsync(ImmutableArray<ChainRows> chains, CancellationToken cancellationToken)
    {
        RowOwners.RefuseStrangers(chains);
        if (!chains.IsEmpty)
        {
            var job = new ReplaceRowsJob(chains);
            commits.Add(job);
            _ = await job.Answer.WaitAsync(cancellationToken);
        }
    }

    public ValueTask<ImmutableArray<Row>> ReadRowsOfAsync(ChainId chain, CancellationToken cancellationToken) =>
        ValueTask.FromResult(readers.Read(connection => ReadFiled(connection, chain, chain))
            .Select(row => RowBodies.Decode(row.Table, row.Body.Span)).ToImmutableArray());

    public ValueTask<ImmutableArray<FiledRow>> ReadFiledAsync(
        ChainId first, ChainId last, CancellationToken cancellationToken) =>
        ValueTask.FromResult(readers.Read(connection => ReadFiled(connection, first, last)));

    public async IAsyncEnumerable<ChainId> ReadChainsWithRowsAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ChainId? after = null;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = readers.Read(connection => ReadChains(connection, after));
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

    private static Row? Find(SqliteConnection connection, RowTable table, ChainId chain, string item)
    {
        var statement = connection.Statement(RowStatements.Name(table, "find")).Bind(1, chain).BindText(3, item);
        if (!statement.Step())
        {
            return null;
        }

        var row = RowBodies.Decode(table, statement.Bytes(0));
        statement.Reset();
        return row;
    }

    private static ImmutableArray<Row> List(SqliteConnection connection, RowQuery query, RowCursor? after, int limit)
    {
        var statement = connection.Statement(RowStatements.Name(query.Table, RowLists.StatementOf(query.Filter)));
        _ = after is { } cursor
            ? statement.Bind(1, cursor.Chain).BindText(3, cursor.Item)
            : statement.Bind(1, 0).BindText(2, "").BindText(3, "");
        _ = statement.Bind(4, limit);
        if (query.Filter == RowFilter.OfChain)
        {
            _ = statement.Bind(5, ChainId.Parse(query.Arguments[0].Text ?? ""));
        }
        else
        {
            for (var i = 0; i < query.Arguments.Length; i++)
            {
                _ = statement.Bind(5 + i, query.Arguments[i]);
            }
        }

        return Decode(query.Table, statement);
    }

    private static ImmutableArray<FiledRow> ReadFiled(SqliteConnection connection, ChainId first, ChainId last)
    {
        var rows = ImmutableArray.CreateBuilder<FiledRow>();
        foreach (var table in RowBodies.Tables)
        {
            var statement = connection.Statement(RowStatements.Name(table, "of_range")).Bind(1, first).Bind(3, last);
            while (statement.Step())
            {
                rows.Add(new(
                    table, statement.Chain(0), statement.Text(2), ColumnsOf(statement, firstColumn: 4),
                    statement.Bytes(3).ToArray(), IsWhole: true));
            }
        }

        return rows.DrainToImmutable();
    }

    private static ImmutableArray<RowValue> ColumnsOf(SqliteStatement statement, int firstColumn)
    {
        var columns = ImmutableArray.CreateBuilder<RowValue>();
        for (var column = firstColumn; column < statement.ColumnCount; column++)
        {
            columns.Add(
                statement.IsNull(column) ? default
                : statement.IsNumber(column) ? RowValue.Of(statement.Number(column))
                : RowValue.Of(statement.Text(column)));
        }

        return columns.DrainToImmutable();
    }

    // Each table answers its next chains; the least of all of them are the next of the union.
    private static ImmutableArray<ChainId> ReadChains(SqliteConnection connection, ChainId? after)
    {
        var chains = new SortedSet<ChainId>();
        foreach (var table in RowBodies.Tables)
        {
            var statement = connection.Statement(RowStatements.Name(table, "chains"));
            _ = after is { } chain ? statement.Bind(1, chain) : statement.Bind(1, 0).BindText(2, "");
            _ = statement.Bind(3, PageChains);
            while (statement.Step())
            {
                _ = chains.Add(statement.Chain(0));
            }
        }

        return [.. chains.Take(PageChains)];
    }

    private static ImmutableArray<Row> Decode(RowTable table, SqliteStatement statement)
    {
        var rows = ImmutableArray.CreateBuilder<Row>();
        while (statement.Step())
        {
            rows.Add(RowBodies.Decode(table, statement.Bytes(0)));
        }

        return rows.DrainToImmutable();
    }
}
