using System.Diagnostics;
using Npgsql;

namespace Exchange.Store.Postgres;

/// <summary>
/// The changes of one table in one transaction: one statement for what is written and one for what is deleted, each in
/// the order of the keys. Of several changes of one row the last holds. Not thread-safe.
/// </summary>
internal abstract class TableWrites
{
    private readonly List<Pending> _pending = [];

    internal bool IsEmpty => _pending.Count == 0;

    internal void Add(in EncodedChange change) => _pending.Add(change.Change switch
    {
        RowChange.Upsert(var row) => new(row.Chain, row.Item, _pending.Count, change),
        RowChange.Delete(_, var chain, var item) => new(chain, item, _pending.Count, change),
        _ => throw new UnreachableException($"No statement for {change.Change}."),
    });

    /// <summary>Forgets the transaction before, whatever became of it.</summary>
    internal void Reset()
    {
        _pending.Clear();
        Clear();
    }

    internal void AddTo(NpgsqlBatch batch)
    {
        _pending.Sort(static (x, y) => x.CompareTo(y));
        for (var i = 0; i < _pending.Count; i++)
        {
            var pending = _pending[i];
            if (i + 1 < _pending.Count && pending.IsSameRow(_pending[i + 1]))
            {
                continue;
            }

            if (pending.Change.Change is RowChange.Upsert)
            {
                Upsert(pending.Chain, pending.Item, pending.Change);
            }
            else
            {
                Delete(pending.Chain, pending.Item);
            }
        }

        AddStatements(batch);
    }

    protected abstract void Upsert(ChainId chain, string item, in EncodedChange change);

    protected abstract void Delete(ChainId chain, string item);

    /// <summary>Adds the statements that have rows.</summary>
    protected abstract void AddStatements(NpgsqlBatch batch);

        protected abstract void Clear();

    private readonly record struct Pending(ChainId Chain, string Item, int Order, EncodedChange Change)
    {
        internal bool IsSameRow(in Pending other) =>
            Chain == other.Chain && string.Equals(Item, other.Item, StringComparison.Ordinal);

        internal int CompareTo(in Pending other)
        {
            var order = Chain.CompareTo(other.Chain);
            order = order != 0 ? order : string.CompareOrdinal(Item, other.Item);
            return order != 0 ? order : Order.CompareTo(other.Order);
        }
    }
}
