namespace Exchange.Engine.Contents;

/// <summary>
/// Cuts a stream into rows and cells after RFC 4180, as bytes: a cell must be located and limited before it is text,
/// and its bytes are checked by us. One row is in memory at a time. Not thread-safe.
/// </summary>
internal sealed class CsvRows(Stream source)
{
    internal const int CellSizeBytesMax = 64 * 1024;
    internal const int RowSizeBytesMax = 1024 * 1024;
    internal const int ColumnsMax = 512;

    private static readonly System.Buffers.SearchValues<byte> Delimiters =
        System.Buffers.SearchValues.Create(",\"\r\n"u8);

    private readonly byte[] _input = new byte[64 * 1024];
    private readonly List<Cell> _cells = [];
    private byte[] _row = new byte[4096];
    private int _start;
    private int _end;
    private int _rowSizeBytes;
    private int _cellStart;
    private long _line = 1;
    private long _cellLine = 1;
    private State _state = State.CellStart;
    private bool _begun;

    private enum State
    {
        CellStart,
        Unquoted,
        Quoted,
        QuoteInQuoted,
        AfterReturn,
    }

    private enum Step
    {
        More,
        Row,
        Fault,
    }

    /// <summary>Sees every byte of the stream once, in order.</summary>
    internal Action<ReadOnlyMemory<byte>>? Seen { get; init; }

    /// <summary>How many cells the row has.</summary>
    internal int CellCount => _cells.Count;

    /// <summary>The line on which the row begins.</summary>
    internal long Line { get; private set; }

    /// <summary>What is wrong with the file's form; after it nothing more can be read.</summary>
    internal ContentFault? Fault { get; private set; }

    /// <summary>A cell's bytes without quotes; valid until the next row.</summary>
    internal ReadOnlySpan<byte> CellAt(int index) => _row.AsSpan(_cells[index].Start, _cells[index].SizeBytes);

    /// <summary>The line on which a cell begins.</summary>
    internal long LineAt(int index) => _cells[index].Line;

    /// <summary>Reads the next row; false at the end or at a fault.</summary>
    internal async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        if (Fault is not null)
        {
            return false;
        }

        BeginRow();
        while (true)
        {
            if (_start == _end && !await FillAsync(cancellationToken).ConfigureAwait(false))
            {
                return AtEnd();
            }

            switch (Parse())
            {
                case Step.Row:
                    return true;
                case Step.Fault:
                    return false;
                default:
                    break;
            }
        }
    }

    private void BeginRow()
    {
        _cells.Clear();
        _rowSizeBytes = 0;
        _state = State.CellStart;
        Line = _line;
        BeginCell();
    }

    private void BeginCell()
    {
        _cellStart = _rowSizeBytes;
        _cellLine = _line;
        _state = State.CellStart;
    }

    private void EndCell() => _cells.Add(new(_cellStart, _rowSizeBytes - _cellStart, _cellLine));

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        // The first three bytes come together, so that a byte order mark is seen whole.
        _start = 0;
        _end = 0;
        do
        {
            var read = await source.ReadAsync(_input.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                break;
            }

            Seen?.Invoke(_input.AsMemory(_end, read));
            _end += read;
        }
        while (!_begun && _end < 3);

        if (!_begun && _input.AsSpan(0, _end).StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf]))
        {
            _start = 3;
        }

        _begun = true;
        return _start < _end || (_end > 0 && await FillAsync(cancellationToken).ConfigureAwait(false));
    }

    private bool AtEnd()
    {
        switch (_state)
        {
            case State.Quoted:
                Fail("quote-not-closed", "The quote that opens this cell is never closed.");
                return false;
            case State.AfterReturn:
                Fail("stray-carriage-return", "Expected a line feed after a carriage return, found the end.");
                return false;
            case State.CellStart when _cells.Count == 0:
                return false;
            default:
                EndCell();
                return true;
        }
    }

    private Step Parse()
    {
        while (_start < _end)
        {
            var step = _state switch
            {
                State.Unquoted => InUnquoted(),
                State.Quoted => InQuoted(),
                State.CellStart => AtCellStart(),
                State.QuoteInQuoted => AfterQuote(),
                _ => AfterReturn(),
            };
            if (step != Step.More)
            {
                return step;
            }
        }

        return Step.More;
    }

    private Step AtCellStart()
    {
        if (_input[_start] == (byte)'"')
        {
            _start++;
            _state = State.Quoted;
        }
        else
        {
            _state = State.Unquoted;
        }

        return Step.More;
    }

    private Step InUnquoted()
    {
        var left = _input.AsSpan(_start, _end - _start);
        var at = left.IndexOfAny(Delimiters);
        var size = at < 0 ? left.Length : at;
        if (!TryAppend(left[..size]))
        {
            return Step.Fault;
        }

        _start += size;
        return at < 0 ? Step.More : Delimit("stray-quote", "A quote stands inside a cell that is not quoted.");
    }

    private Step InQuoted()
    {
        var left = _input.AsSpan(_start, _end - _start);
        var at = left.IndexOf((byte)'"');
        var size = at < 0 ? left.Length : at;
        if (!TryAppend(left[..size]))
        {
            return Step.Fault;
        }

        _line += left[..size].Count((byte)'\n');
        _start += size;
        if (at >= 0)
        {
            _start++;
            _state = State.QuoteInQuoted;
        }

        return Step.More;
    }

    private Step AfterQuote()
    {
        if (_input[_start] != (byte)'"')
        {
            return Delimit("text-after-quote", "Text follows the quote that closes a cell.");
        }

        _start++;
        _state = State.Quoted;
        return TryAppend("\""u8) ? Step.More : Step.Fault;
    }

    // At a byte that may end a cell.
    private Step Delimit(string otherwise, string detail)
    {
        switch (_input[_start])
        {
            case (byte)',':
                _start++;
                EndCell();
                if (_cells.Count == ColumnsMax)
                {
                    return Fail("too-many-cells", $"Expected at most {ColumnsMax} cells, found more.");
                }

                BeginCell();
                return Step.More;
            case (byte)'\r':
                _start++;
                _state = State.AfterReturn;
                return Step.More;
            case (byte)'\n':
                return EndRow();
            default:
                return Fail(otherwise, detail);
        }
    }

    private Step AfterReturn() => _input[_start] == (byte)'\n'
        ? EndRow()
        : Fail("stray-carriage-return", "Expected a line feed after a carriage return.");

    private Step EndRow()
    {
        _start++;
        _line++;
        EndCell();
        return Step.Row;
    }

    private bool TryAppend(ReadOnlySpan<byte> bytes)
    {
        var size = _rowSizeBytes + bytes.Length;
        if (size - _cellStart > CellSizeBytesMax)
        {
            _ = Fail("cell-too-long", $"Expected a cell of at most {CellSizeBytesMax} bytes.");
            return false;
        }

        if (size > RowSizeBytesMax)
        {
            _ = Fail("row-too-long", $"Expected a row of at most {RowSizeBytesMax} bytes.");
            return false;
        }

        if (size > _row.Length)
        {
            Array.Resize(ref _row, Math.Min(RowSizeBytesMax, Math.Max(size, _row.Length * 2)));
        }

        bytes.CopyTo(_row.AsSpan(_rowSizeBytes));
        _rowSizeBytes = size;
        return true;
    }

    private Step Fail(string code, string detail)
    {
        Fault = new(_cellLine, null, code, detail);
        return Step.Fault;
    }

    private readonly record struct Cell(int Start, int SizeBytes, long Line);
}
