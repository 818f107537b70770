using System.Buffers;
using System.Buffers.Text;
using System.Text.Unicode;

namespace Exchange.Engine.Contents;

/// <summary>What a cell of each type may hold; the table of forms stands in docs/delivery.md.</summary>
public static class CellRules
{
    private const int DigitsMax = 38;

    // Tabs and line breaks are text; everything else below a space is a sign of a broken or binary file.
    private static readonly SearchValues<byte> Controls = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Where(b => b is not ('\t' or '\n' or '\r')).Select(b => (byte)b), 0x7f]);

    /// <summary>The code of what is wrong with a cell, or nothing.</summary>
    public static string? FaultOf(ReadOnlySpan<byte> cell, Column column)
    {
        if (cell.IsEmpty)
        {
            return column.Required ? "cell-missing" : null;
        }

        if (!Utf8.IsValid(cell))
        {
            return "not-utf-8";
        }

        if (cell.ContainsAny(Controls))
        {
            return "control-character";
        }

        return column.Type switch
        {
            ColumnType.Text => null,
            ColumnType.Integer => IsInteger(cell) ? null : "not-an-integer",
            ColumnType.Decimal => IsDecimal(cell) ? null : "not-a-decimal",
            ColumnType.Boolean => IsBoolean(cell) ? null : "not-a-boolean",
            ColumnType.Date => IsDate(cell) ? null : "not-a-date",
            ColumnType.DateTime => IsDateTime(cell) ? null : "not-a-date-time",
            _ => throw new System.Diagnostics.UnreachableException($"No rule for cells of type {column.Type}."),
        };
    }

    /// <summary>The sentence for a person.</summary>
    internal static string Explain(string code) => code switch
    {
        "cell-missing" => "The column is required, and the cell is empty.",
        "not-utf-8" => "The cell is not valid UTF-8. Save the file as UTF-8.",
        "control-character" => "The cell holds a control character other than tab and line break.",
        "not-an-integer" => "Expected an integer of 64 bits, such as -12, without leading zeros.",
        "not-a-decimal" => $"Expected a decimal number of at most {DigitsMax} digits, such as -12.50, with a point.",
        "not-a-boolean" => "Expected true or false.",
        "not-a-date" => "Expected a date such as 2026-07-31.",
        "not-a-date-time" => "Expected a moment with its offset, such as 2026-07-31T08:00:00+08:00.",
        _ => throw new System.Diagnostics.UnreachableException($"No sentence for {code}."),
    };

    private static bool IsInteger(ReadOnlySpan<byte> cell)
    {
        var digits = cell[0] == (byte)'-' ? cell[1..] : cell;
        return IsWholePart(digits)
            && !cell.SequenceEqual("-0"u8)
            && Utf8Parser.TryParse(cell, out long _, out var used) && used == cell.Length;
    }

    private static bool IsDecimal(ReadOnlySpan<byte> cell)
    {
        var number = cell[0] == (byte)'-' ? cell[1..] : cell;
        var point = number.IndexOf((byte)'.');
        var whole = point < 0 ? number : number[..point];
        var fraction = point < 0 ? [] : number[(point + 1)..];
        return whole.Length + fraction.Length <= DigitsMax
            && IsWholePart(whole)
            && (point < 0 || (fraction.Length > 0 && AreDigits(fraction)));
    }

    private static bool IsBoolean(ReadOnlySpan<byte> cell) =>
        cell.SequenceEqual("true"u8) || cell.SequenceEqual("false"u8);

    private static bool IsDate(ReadOnlySpan<byte> cell) =>
        cell.Length == 10 && cell[4] == (byte)'-' && cell[7] == (byte)'-'
        && Number(cell[..4]) is >= 1 and var year && Number(cell[5..7]) is >= 1 and <= 12 and var month
        && Number(cell[8..]) is >= 1 and var day && day <= DateTime.DaysInMonth(year, month);

    // date "T" hh:mm:ss[.1 to 9 digits] ("Z" or ("+" or "-") hh:mm); no leap second. See RFC 3339, 5.6.
    private static bool IsDateTime(ReadOnlySpan<byte> cell)
    {
        if (cell.Length < 20 || !IsDate(cell[..10]) || cell[10] != (byte)'T' || !IsClock(cell[11..16], 23)
            || cell[16] != (byte)':' || Number(cell[17..19]) is not (>= 0 and <= 59))
        {
            return false;
        }

        var rest = cell[19..];
        if (rest[0] == (byte)'.')
        {
            var digits = rest[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            if (digits is < 1 or > 9)
            {
                return false;
            }

            rest = rest[(1 + digits)..];
        }

        return rest.SequenceEqual("Z"u8)
            || (rest.Length == 6 && rest[0] is (byte)'+' or (byte)'-' && IsClock(rest[1..], 23));
    }

    private static bool IsClock(ReadOnlySpan<byte> text, int hourMax) =>
        text.Length == 5 && text[2] == (byte)':' && Number(text[..2]) is >= 0 and var hour && hour <= hourMax
        && Number(text[3..]) is >= 0 and <= 59;

    private static bool IsWholePart(ReadOnlySpan<byte> digits) =>
        digits.Length > 0 && AreDigits(digits) && (digits.Length == 1 || digits[0] != (byte)'0');

    private static bool AreDigits(ReadOnlySpan<byte> text) => !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    // -1 where it is no number.
    private static int Number(ReadOnlySpan<byte> digits) =>
        AreDigits(digits) && Utf8Parser.TryParse(digits, out int value, out var used) && used == digits.Length
            ? value
            : -1;
}
