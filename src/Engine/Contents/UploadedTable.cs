namespace Exchange.Engine.Contents;

/// <summary>
/// Reads an uploaded table against the declared columns and notes what is wrong, never quoting a cell. The header names
/// the declared columns exactly, in any order. Not thread-safe.
/// </summary>
internal sealed class UploadedTable(CsvRows rows, ImmutableArray<Column> columns, ColumnName? key)
{
    internal const int FaultsMax = 100;

    private readonly List<ContentFault> _faults = [];
    private readonly int[] _cellByColumn = new int[columns.Length];

    internal ImmutableArray<ContentFault> Faults => [.. _faults.OrderBy(fault => fault.Line)];

    internal bool IsGood => _faults.Count == 0;

    /// <summary>The row as read.</summary>
    internal CsvRows Row => rows;

    /// <summary>Where a declared column stands in the file.</summary>
    internal int CellOf(int column) => _cellByColumn[column];

    /// <summary>Reads the header; false where it is not the declared one.</summary>
    internal async ValueTask<bool> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        if (!await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            _faults.Add(rows.Fault ?? new(1, null, "header-missing", "The file is empty: expected a header."));
            return false;
        }

        Array.Fill(_cellByColumn, -1);
        for (var cell = 0; cell < rows.CellCount; cell++)
        {
            PlaceHeaderCell(cell);
        }

        for (var column = 0; column < columns.Length; column++)
        {
            if (_cellByColumn[column] < 0)
            {
                Add(1, columns[column].Name, "column-missing", "The header lacks this declared column.");
            }
        }

        return IsGood;
    }

    /// <summary>
    /// Reads the next row that has the right number of cells; false at the end, or where enough is wrong.
    /// </summary>
    internal async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        while (_faults.Count < FaultsMax && await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (rows.CellCount == columns.Length)
            {
                CheckCells();
                return true;
            }

            Add(rows.Line, null, "cell-count", $"Expected {columns.Length} cells, found {rows.CellCount}.");
        }

        if (rows.Fault is { } fault)
        {
            _faults.Add(fault);
        }

        return false;
    }

    // A file without a header begins with data, so an unknown name is not repeated.
    private void PlaceHeaderCell(int cell)
    {
        var text = rows.CellAt(cell);
        if (!System.Text.Unicode.Utf8.IsValid(text))
        {
            Add(1, null, "not-utf-8", $"Cell {cell + 1} of the header is not valid UTF-8. Save the file as UTF-8.");
            return;
        }

        var name = System.Text.Encoding.UTF8.GetString(text);
        var column = -1;
        for (var i = 0; i < columns.Length; i++)
        {
            column = string.Equals(columns[i].Name.Value, name, StringComparison.Ordinal) ? i : column;
        }

        if (column < 0)
        {
            Add(1, null, "column-unknown", $"Cell {cell + 1} of the header names no declared column.");
        }
        else if (_cellByColumn[column] >= 0)
        {
            Add(1, columns[column].Name, "column-repeated", "The header names this column twice.");
        }
        else
        {
            _cellByColumn[column] = cell;
        }
    }

    private void CheckCells()
    {
        for (var i = 0; i < columns.Length && _faults.Count < FaultsMax; i++)
        {
            var column = columns[i];
            var cell = rows.CellAt(_cellByColumn[i]);
            var code = cell.IsEmpty && column.Name == key ? "cell-missing" : CellRules.FaultOf(cell, column);
            if (code is not null)
            {
                Add(rows.LineAt(_cellByColumn[i]), column.Name, code, CellRules.Explain(code));
            }
        }
    }

    private void Add(long line, ColumnName? column, string code, string detail)
    {
        if (_faults.Count < FaultsMax)
        {
            _faults.Add(new(line, column?.Value, code, detail));
        }
    }
}
