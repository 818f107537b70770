using System.Diagnostics;

namespace Exchange.Store.Memory;

/// <summary>The derived rows in the order of table, chain and item. The ledger store's lock guards it.</summary>
internal sealed class MemoryTables
{
    private readonly SortedDictionary<RowKey, Row> _rows = new(Comparer<RowKey>.Create(RowKey.Compare));

    internal IEnumerable<Row> All => _rows.Values;

    internal Row? Find(RowTable table, ChainId chain, string item) =>
        _rows.GetValueOrDefault(new(table, chain, item));

    internal IEnumerable<Row> Of(RowTable table) => _rows.Values.Where(row => row.Table == table);

    internal void Change(ImmutableArray<RowChange> changes)
    {
        foreach (var change in changes)
        {
            switch (change)
            {
                case RowChange.Upsert { Row: var row }:
                    _rows[new(row.Table, row.Chain, row.Item)] = row;
                    break;
                case RowChange.Delete delete:
                    _ = _rows.Remove(new(delete.Table, delete.Chain, delete.Item));
                    break;
                default:
                    throw new UnreachableException($"{change.GetType().Name} is no row change.");
            }
        }
    }

    internal void Replace(ChainId chain, ImmutableArray<Row> rows)
    {
        foreach (var key in _rows.Keys.Where(key => key.Chain == chain).ToArray())
        {
            _ = _rows.Remove(key);
        }

        foreach (var row in rows)
        {
            _rows[new(row.Table, row.Chain, row.Item)] = row;
        }
    }

    private readonly record struct RowKey(RowTable Table, ChainId Chain, string Item)
    {
        internal static int Compare(RowKey left, RowKey right) =>
            left.Table != right.Table ? left.Table.CompareTo(right.Table)
            : left.Chain != right.Chain ? left.Chain.CompareTo(right.Chain)
            : string.CompareOrdinal(left.Item, right.Item);
    }
}
