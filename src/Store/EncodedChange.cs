namespace Exchange.Store;

/// <summary>A row change with its row's bytes and columns; a deletion has none.</summary>
internal readonly record struct EncodedChange
{
    internal EncodedChange(RowChange change)
    {
        Change = change;
        (Body, Columns) = change is RowChange.Upsert(var row) ? (RowBodies.Encode(row), row.Columns) : ([], []);
    }

    internal RowChange Change { get; }

    internal byte[] Body { get; }

    internal ImmutableArray<RowValue> Columns { get; }
}
