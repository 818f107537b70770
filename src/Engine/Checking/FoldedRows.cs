using System.Diagnostics;

namespace Exchange.Engine.Checking;

/// <summary>The rows that a chain gives, as its entries are folded.</summary>
internal sealed class FoldedRows
{
    private readonly Dictionary<(RowTable Table, string Item), Row> _rows = [];

    internal int Count => _rows.Count;

    /// <summary>In the order of table and item.</summary>
    internal IEnumerable<Row> InOrder => InOrderOf(_rows.Values);

    internal void Change(ImmutableArray<RowChange> changes)
    {
        foreach (var change in changes)
        {
            _ = change switch
            {
                RowChange.Upsert(var row) => (_rows[(row.Table, row.Item)] = row) is not null,
                RowChange.Delete(var table, _, var item) => _rows.Remove((table, item)),
                _ => throw new UnreachableException($"{change.GetType().Name} is no row change."),
            };
        }
    }

    internal Row? Find(RowTable table, string item) => _rows.GetValueOrDefault((table, item));

    /// <summary>Those that are not among some, in the order of table and item.</summary>
    internal IEnumerable<Row> Except(HashSet<Row> found) => InOrderOf(_rows.Values.Where(row => !found.Contains(row)));

    private static IEnumerable<Row> InOrderOf(IEnumerable<Row> rows) =>
        rows.OrderBy(row => row.Table).ThenBy(row => row.Item, StringComparer.Ordinal);
}
