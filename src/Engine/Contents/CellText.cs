using System.Buffers;

namespace Exchange.Engine.Contents;

/// <summary>
/// How a cell stands in a CSV file; the same bytes that were uploaded, whatever a spreadsheet makes of them.
/// </summary>
internal static class CellText
{
    private static readonly SearchValues<byte> NeedQuotes = SearchValues.Create(",\"\r\n"u8);

    /// <summary>Writes a cell, quoted where it must be; answers the size written.</summary>
    internal static int Write(ReadOnlySpan<byte> cell, Span<byte> target)
    {
        if (!cell.ContainsAny(NeedQuotes))
        {
            cell.CopyTo(target);
            return cell.Length;
        }

        var at = 0;
        target[at++] = (byte)'"';
        foreach (var value in cell)
        {
            if (value == (byte)'"')
            {
                target[at++] = (byte)'"';
            }

            target[at++] = value;
        }

        target[at++] = (byte)'"';
        return at;
    }

    /// <summary>The greatest size that a cell takes in a file.</summary>
    internal static int SizeBytesMax(int cellSizeBytes) => checked((cellSizeBytes * 2) + 2);
}
