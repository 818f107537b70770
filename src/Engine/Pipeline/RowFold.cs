namespace Exchange.Engine.Pipeline;

/// <summary>Folds row changes of one chain into its rows, as a store does with its tables.</summary>
public static class RowFold
{
    /// <summary>No rows yet, in the order of table and item.</summary>
    public static ImmutableSortedDictionary<(RowTable Table, string Item), Row> Empty { get; } =
        ImmutableSortedDictionary.Create<(RowTable Table, string Item), Row>(
            Comparer<(RowTable Table, string Item)>.Create(static (left, right) => left.Table != right.Table
                ? left.Table.CompareTo(right.Table)
                : string.CompareOrdinal(left.Item, right.Item)));

    /// <summary>The rows after some changes.</summary>
    public static ImmutableSortedDictionary<(RowTable Table, string Item), Row> Change(
        ImmutableSortedDictionary<(RowTable Table, string Item), Row> rows, ImmutableArray<RowChange> changes)
    {
        foreach (var change in changes)
        {
            rows = change switch
            {
                RowChange.Upsert { Row: var row } => rows.SetItem((row.Table, row.Item), row),
                RowChange.Delete { Table: var table, Item: var item } => rows.Remove((table, item)),
                _ => throw new System.Diagnostics.UnreachableException($"{change.GetType().Name} is no row change."),
            };
        }

        return rows;
    }
}
