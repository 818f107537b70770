using System.Text;
using Exchange.Engine.Contents;
using Exchange.Engine.Ports;
using Exchange.Grains.Agreements.Manifests;
using Exchange.Grains.Datasets;

namespace Exchange.Engine.Delivery;

/// <summary>
/// Filters a prepared block and writes what is given as CSV, with the block's part of the manifest. One buffer serves
/// all blocks. Not thread-safe.
/// </summary>
internal sealed class BlockWriter
{
    private readonly DeliveryPlan _plan;
    private readonly BlockFilter _filter;
    private readonly bool _hasSubjects;
    private readonly bool[] _wanted;
    private readonly bool _quotesEmpty;
    private readonly List<ManifestLeaf> _leaves = [];
    private readonly SortedDictionary<WithheldReason, long> _withheld = [];
    private byte[] _buffer = new byte[64 * 1024];
    private int _size;
    private int _rows;

    internal BlockWriter(DeliveryPlan plan, ContentHeader header)
    {
        _plan = plan;
        _filter = new BlockFilter(plan.Use);
        _hasSubjects = header.HasSubjects;
        _wanted = [.. header.Columns.Select(plan.Row.DeliveredColumns.Contains)];

        // A row of one empty cell alone would be a blank line, which readers skip.
        _quotesEmpty = !_hasSubjects && _wanted.Count(wanted => wanted) == 1;
        Header = HeaderOf(header);
    }

    /// <summary>The first line of the file.</summary>
    internal ReadOnlyMemory<byte> Header { get; }

    /// <summary>The bytes of the block; valid until the next one.</summary>
    internal ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _size);

    /// <summary>Writes the rows that may be given; answers the block's part of the manifest.</summary>
    internal JournalBlock Write(PreparedBlock block, BlockView view, int number, UnixMilliseconds readBegunAt)
    {
        (_size, _rows) = (0, 0);
        _leaves.Clear();
        _withheld.Clear();
        foreach (var piece in block.Pieces)
        {
            if (piece.Place is not { } place)
            {
                WriteRows(piece);
                continue;
            }

            var verdict = _filter.Judge(view, place, readBegunAt);
            if (verdict.Ground is { } ground)
            {
                WriteRows(piece);
                AddLeaf(place, ground, number, piece.RowCount);
            }
            else
            {
                var reason = verdict.WithheldFor!.Value;
                _withheld[reason] = _withheld.GetValueOrDefault(reason) + piece.RowCount;
            }
        }

        var heads = view.PartyHeads.Select(head => DeliveryPlan.HeadOf(head!.Value)).ToArray();
        return new(
            new(number, readBegunAt, heads[0], heads[1], heads[2], heads[3], _rows, _size),
            [.. _withheld.Select(pair => new WithheldCount(pair.Key, pair.Value))], [.. _leaves]);
    }

    private void AddLeaf(SubjectPlace place, BlockFilter.Ground ground, int block, int rows)
    {
        // Rows of one place may come in several pieces, one behind the other.
        if (_leaves.Count > 0 && _leaves[^1] is var last && last.Household == place.Household
            && last.Member == place.Member && last.Identifier == place.Identifier)
        {
            _leaves[^1] = last with { Rows = last.Rows + rows };
            return;
        }

        _leaves.Add(new(
            place.Household, place.Member, place.Identifier, ground.Link, ground.Consent,
            DeliveryPlan.HeadOf(ground.HouseholdHead), block, rows));
    }

    private void WriteRows(in PreparedPiece piece)
    {
        var rows = piece.Rows.Span;
        var subject = piece.Subject.Span;
        while (!rows.IsEmpty)
        {
            var size = RowEncoding.SizeOf(rows);
            Reserve(subject.Length + size + _wanted.Length + 4);
            subject.CopyTo(_buffer.AsSpan(_size));
            _size += subject.Length;
            var start = _size;
            _size += RowEncoding.WriteCells(rows[..size], _wanted, _buffer.AsSpan(_size));
            if (!_hasSubjects)
            {
                DropFirstComma(start);
            }

            _buffer[_size++] = (byte)'\r';
            _buffer[_size++] = (byte)'\n';
            _rows++;
            rows = rows[size..];
        }
    }

    private void DropFirstComma(int start)
    {
        _buffer.AsSpan((start + 1).._size).CopyTo(_buffer.AsSpan(start));
        _size--;
        if (_quotesEmpty && _size == start)
        {
            _buffer[_size++] = (byte)'"';
            _buffer[_size++] = (byte)'"';
        }
    }

    private void Reserve(int size)
    {
        if (_buffer.Length - _size < size)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _size + size));
        }
    }

    private byte[] HeaderOf(ContentHeader header)
    {
        var names = header.Columns.Where(_plan.Row.DeliveredColumns.Contains).Select(name => name.Value);
        var cells = (_hasSubjects ? names.Prepend(DatasetRules.SubjectColumn.Value) : names)
            .Select(Encoding.UTF8.GetBytes)
            .ToArray();
        var line = new byte[cells.Sum(cell => CellText.SizeBytesMax(cell.Length) + 1) + 2];
        var at = 0;
        foreach (var cell in cells)
        {
            at += CellText.Write(cell, line.AsSpan(at));
            line[at++] = (byte)',';
        }

        "\r\n"u8.CopyTo(line.AsSpan(at - 1));
        return line[..(at + 1)];
    }
}
