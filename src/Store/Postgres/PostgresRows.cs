namespace Exchange.Store.Postgres;

/// <summary>What the tables of rows are called and which columns they have beside key and body.</summary>
internal static class PostgresRows
{
    private const bool Text = true;
    private const bool Number = false;

    private static readonly Dictionary<RowTable, (string Name, bool[] Columns)> Tables = new()
    {
        [RowTable.Department] = ("department", []),
        [RowTable.Officer] = ("officer", [Text]),
        [RowTable.Household] = ("household", [Text, Text]),
        [RowTable.Consent] = ("consent", [Text, Text, Number]),
        [RowTable.Identifier] = ("identifier", [Text, Text]),
        [RowTable.Notice] = ("notice", [Text]),
        [RowTable.Buyer] = ("buyer", [Number]),
        [RowTable.Dataset] = ("dataset", [Text, Number]),
        [RowTable.Revision] = ("revision", [Number]),
        [RowTable.Offer] = ("offer", [Number]),
        [RowTable.Agreement] = ("agreement", [Text, Text, Text]),
        [RowTable.Delivery] = ("delivery", [Text, Text, Number]),
        [RowTable.Access] = ("access", [Text, Number]),
        [RowTable.DueWork] = ("due_work", [Number, Number]),
    };

    /// <summary>For each column of a table whether it is text; otherwise it is a number.</summary>
    internal static IReadOnlyList<bool> ColumnsOf(RowTable table) => Tables[table].Columns;

    /// <summary>The text of a table's statement.</summary>
    internal static string Statement(RowTable table, string statement) =>
        SqlText.Postgres.Of($"{Tables[table].Name}.{statement}");
}
