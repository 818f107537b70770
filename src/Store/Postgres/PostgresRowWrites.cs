using Npgsql;

namespace Exchange.Store.Postgres;

/// <summary>
/// Turns the row changes of a transaction into few statements: for each table touched one that writes and one that
/// deletes. Belongs to one connection, whose transaction must be read committed; parameters are used again, so a batch
/// is run before the next is made. Not thread-safe.
/// </summary>
internal sealed class PostgresRowWrites
{
    private readonly TableWrites[] _tables = [.. RowBodies.Tables.Select(Make)];
    private readonly ConsentWrites _consents;

    internal PostgresRowWrites() => _consents = _tables.OfType<ConsentWrites>().Single();

    /// <summary>Adds the statements; of several changes of one row, in the order given, the last holds.</summary>
    internal void AddTo(NpgsqlBatch batch, IReadOnlyList<EncodedChange> changes)
    {
        foreach (var table in _tables)
        {
            table.Reset();
        }

        for (var i = 0; i < changes.Count; i++)
        {
            var change = changes[i];
            _tables[IndexOf(TableOf(change.Change))].Add(change);
        }

        foreach (var table in _tables)
        {
            if (!table.IsEmpty)
            {
                table.AddTo(batch);
            }
        }
    }

    /// <summary>
    /// Says that the last batch is committed: what consents share is not written again by this object. Where nobody
    /// says it, it is written each time, to no effect.
    /// </summary>
    internal void Stored() => _consents.Stored();

    // The tables are numbered from 1 without gaps, which the constructor would notice.
    private static int IndexOf(RowTable table) => (int)table - 1;

    private static RowTable TableOf(RowChange change) =>
        change is RowChange.Upsert(var row) ? row.Table : ((RowChange.Delete)change).Table;

    private static TableWrites Make(RowTable table, int index)
    {
        System.Diagnostics.Debug.Assert(index == IndexOf(table), $"{table} stands at {index}.");
        return table == RowTable.Consent ? new ConsentWrites() : new PlainTableWrites(table);
    }
}
