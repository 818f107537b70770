using System.Buffers;

namespace Exchange.Engine.Contents;

// A row: size of the rest || size of each cell || the cells one behind the other, each as it stands in a CSV file.
// Sizes are LEB128. See docs/delivery.md, "Content files".
/// <summary>Rows as they lie in content: a subset of columns is copied without looking into a cell.</summary>
internal static class RowEncoding
{
    private const int SizeOfSizeMax = 5;

    /// <summary>Appends a row made of some cells of a table's row.</summary>
    internal static void Append(ArrayBufferWriter<byte> target, CsvRows row, ReadOnlySpan<int> cells)
    {
        var bound = SizeOfSizeMax;
        foreach (var cell in cells)
        {
            bound += SizeOfSizeMax + CellText.SizeBytesMax(row.CellAt(cell).Length);
        }

        // Cells come first, behind the most that their sizes can take; then everything moves together.
        var span = target.GetSpan(bound);
        var sizesAt = SizeOfSizeMax;
        var cellsAt = SizeOfSizeMax * (1 + cells.Length);
        var (sizes, end) = (sizesAt, cellsAt);
        foreach (var cell in cells)
        {
            var size = CellText.Write(row.CellAt(cell), span[end..]);
            sizes += WriteSize(span[sizes..], size);
            end += size;
        }

        var body = (sizes - sizesAt) + (end - cellsAt);
        Span<byte> head = stackalloc byte[SizeOfSizeMax];
        var headSize = WriteSize(head, body);
        head[..headSize].CopyTo(span);
        span[sizesAt..sizes].CopyTo(span[headSize..]);
        span[cellsAt..end].CopyTo(span[(headSize + sizes - sizesAt)..]);
        target.Advance(headSize + body);
    }

    /// <summary>The size of the row that begins a span, its own size included.</summary>
    /// <exception cref="InvalidDataException">The bytes are no rows.</exception>
    internal static int SizeOf(ReadOnlySpan<byte> rows)
    {
        var at = 0;
        var size = ReadSize(rows, ref at);
        return size <= rows.Length - at ? at + size : throw Cut();
    }

    /// <summary>Writes the wanted cells of a row, each behind a comma; answers the size written.</summary>
    /// <param name="wanted">By column of the content: whether it is written.</param>
    /// <exception cref="InvalidDataException">The bytes are no row of so many columns.</exception>
    internal static int WriteCells(ReadOnlySpan<byte> row, ReadOnlySpan<bool> wanted, Span<byte> target)
    {
        var at = 0;
        _ = ReadSize(row, ref at);
        var sizesAt = at;
        for (var i = 0; i < wanted.Length; i++)
        {
            _ = ReadSize(row, ref at);
        }

        var (cellAt, written) = (at, 0);
        at = sizesAt;
        foreach (var isWanted in wanted)
        {
            var size = ReadSize(row, ref at);
            if (size > row.Length - cellAt)
            {
                throw Cut();
            }

            if (isWanted)
            {
                target[written++] = (byte)',';
                row.Slice(cellAt, size).CopyTo(target[written..]);
                written += size;
            }

            cellAt += size;
        }

        return written;
    }

    private static int WriteSize(Span<byte> target, int size)
    {
        var at = 0;
        for (; size >= 0x80; size >>= 7)
        {
            target[at++] = (byte)((size & 0x7f) | 0x80);
        }

        target[at++] = (byte)size;
        return at;
    }

    private static int ReadSize(ReadOnlySpan<byte> source, ref int at)
    {
        var size = 0;
        for (var shift = 0; shift < 28; shift += 7)
        {
            if (at == source.Length)
            {
                throw Cut();
            }

            var value = source[at++];
            size |= (value & 0x7f) << shift;
            if (value < 0x80)
            {
                return size;
            }
        }

        throw Cut();
    }

    private static InvalidDataException Cut() => new("Expected rows of content, found other bytes.");
}
