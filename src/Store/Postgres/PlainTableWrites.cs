using Npgsql;

namespace Exchange.Store.Postgres;

/// <summary>Writes a table that keeps its rows as they are: key, columns, body.</summary>
internal sealed class PlainTableWrites : TableWrites
{
    private readonly ArrayParameters _upsert;
    private readonly List<short> _kinds;
    private readonly List<string?> _keys;
    private readonly List<string?> _items;
    private readonly Column[] _columns;
    private readonly List<ReadOnlyMemory<byte>> _bodies;
    private readonly ArrayParameters _delete;
    private readonly List<short> _deletedKinds;
    private readonly List<string?> _deletedKeys;
    private readonly List<string?> _deletedItems;

    internal PlainTableWrites(RowTable table)
    {
        _upsert = new(PostgresRows.Statement(table, "upsert"));
        _kinds = _upsert.AddSmall();
        _keys = _upsert.AddText();
        _items = _upsert.AddText();
        _columns = [.. PostgresRows.ColumnsOf(table).Select(isText => isText
            ? new Column(_upsert.AddText(), null)
            : new Column(null, _upsert.AddBig()))];
        _bodies = _upsert.AddBytes();
        _delete = new(PostgresRows.Statement(table, "delete"));
        _deletedKinds = _delete.AddSmall();
        _deletedKeys = _delete.AddText();
        _deletedItems = _delete.AddText();
    }

    protected override void Upsert(ChainId chain, string item, in EncodedChange change)
    {
        _kinds.Add((short)chain.Kind);
        _keys.Add(chain.Key.Value);
        _items.Add(item);
        for (var i = 0; i < _columns.Length; i++)
        {
            _columns[i].Texts?.Add(change.Columns[i].Text);
            _columns[i].Numbers?.Add(change.Columns[i].Number
                ?? throw new ArgumentException($"Column {i} of {chain} has no number.", nameof(change)));
        }

        _bodies.Add(change.Body);
    }

    protected override void Delete(ChainId chain, string item)
    {
        _deletedKinds.Add((short)chain.Kind);
        _deletedKeys.Add(chain.Key.Value);
        _deletedItems.Add(item);
    }

    protected override void AddStatements(NpgsqlBatch batch)
    {
        if (_kinds.Count > 0)
        {
            batch.BatchCommands.Add(_upsert.Command);
        }

        if (_deletedKinds.Count > 0)
        {
            batch.BatchCommands.Add(_delete.Command);
        }
    }

    protected override void Clear()
    {
        _kinds.Clear();
        _keys.Clear();
        _items.Clear();
        foreach (var column in _columns)
        {
            column.Texts?.Clear();
            column.Numbers?.Clear();
        }

        _bodies.Clear();
        _deletedKinds.Clear();
        _deletedKeys.Clear();
        _deletedItems.Clear();
    }

    private readonly record struct Column(List<string?>? Texts, List<long>? Numbers);
}
