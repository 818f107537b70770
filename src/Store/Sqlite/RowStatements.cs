namespace Exchange.Store.Sqlite;

/// <summary>Writes rows on the writer's connection.</summary>
internal sealed class RowStatements(SqliteConnection connection)
{
    private readonly Dictionary<RowTable, (SqliteStatement Upsert, SqliteStatement Delete)> _statements =
        RowBodies.Tables.ToDictionary(
            table => table,
            table => (connection.Statement(Name(table, "upsert")), connection.Statement(Name(table, "delete"))));

    /// <summary>The name of a table's statement: <c>due_work.upsert</c>.</summary>
    internal static string Name(RowTable table, string statement) => $"{TableNames[table]}.{statement}";

    internal void Apply(EncodedChange encoded)
    {
        switch (encoded.Change)
        {
            case RowChange.Upsert(var row):
                Upsert(row, encoded);
                break;
            case RowChange.Delete(var table, var chain, var item):
                _statements[table].Delete.Bind(1, chain).BindText(3, item).Run();
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"No statement for {encoded.Change}.");
        }
    }

    internal void Replace(ChainId chain, ImmutableArray<EncodedChange> rows)
    {
        foreach (var table in RowBodies.Tables)
        {
            connection.Statement(Name(table, "delete_chain")).Bind(1, chain).Run();
        }

        foreach (var row in rows)
        {
            Apply(row);
        }
    }

    private static readonly Dictionary<RowTable, string> TableNames = RowBodies.Tables.ToDictionary(
        table => table, table => table == RowTable.DueWork ? "due_work" : table.ToString().ToLowerInvariant());

    private void Upsert(Row row, in EncodedChange encoded)
    {
        var statement = _statements[row.Table].Upsert.Bind(1, row.Chain).BindText(3, row.Item);
        var columns = encoded.Columns;
        for (var i = 0; i < columns.Length; i++)
        {
            statement.Bind(4 + i, columns[i]);
        }

        statement.Bind(4 + columns.Length, encoded.Body).Run();
    }
}
