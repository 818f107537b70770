using System.Text;

namespace Exchange.Ledger.Tests.Naive;

/// <summary>
/// A second implementation of the codec, from the words of docs/ledger-format.md alone: trees of null, bool, long,
/// string,
/// byte[] and object?[] to bytes and back. Slow and plain on purpose; calls nothing of the product.
/// </summary>
internal static class NaivePack
{
    internal static byte[] Pack(object? value) => value switch
    {
        null => [0xc0],
        false => [0xc2],
        true => [0xc3],
        int number => Pack((long)number),
        long number => Integer(number),
        string text =>
            [.. Head(text, 0xa0, 32, 0xd9, Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)],
        byte[] bytes => [.. Head(bytes, -1, 0, 0xc4, bytes.Length), .. bytes],
        object?[] values => [.. Head(values, 0x90, 16, 0xdb, values.Length), .. values.SelectMany(Pack)],
        _ => throw new ArgumentException($"{value.GetType()} has no form."),
    };

    /// <summary>Reads one value of any MessagePack form, legal here or not; null where it is none.</summary>
    internal static object? Unpack(byte[] bytes, ref int at, int depth = 1)
    {
        var head = bytes[at++];
        if (head < 0x80)
        {
            return (long)head;
        }

        if (head >= 0xe0)
        {
            return head - 256L;
        }

        if (head is >= 0x90 and < 0xa0)
        {
            return Values(bytes, ref at, head - 0x90, depth);
        }

        if (head is >= 0xa0 and < 0xc0)
        {
            return Text(bytes, ref at, head - 0xa0);
        }

        return head switch
        {
            0xc0 => null,
            0xc2 => false,
            0xc3 => true,
            0xc4 => Slice(bytes, ref at, Number(bytes, ref at, 1)),
            0xc5 => Slice(bytes, ref at, Number(bytes, ref at, 2)),
            0xc6 => Slice(bytes, ref at, Number(bytes, ref at, 4)),
            0xcc => Number(bytes, ref at, 1),
            0xcd => Number(bytes, ref at, 2),
            0xce => Number(bytes, ref at, 4),
            0xcf => Number(bytes, ref at, 8) is >= 0 and var number ? number : throw new FormatException("too big"),
            0xd0 => Signed(Number(bytes, ref at, 1), 8),
            0xd1 => Signed(Number(bytes, ref at, 2), 16),
            0xd2 => Signed(Number(bytes, ref at, 4), 32),
            0xd3 => Number(bytes, ref at, 8),
            0xd9 => Text(bytes, ref at, Number(bytes, ref at, 1)),
            0xda => Text(bytes, ref at, Number(bytes, ref at, 2)),
            0xdb => Text(bytes, ref at, Number(bytes, ref at, 4)),
            0xdc => Values(bytes, ref at, Number(bytes, ref at, 2), depth),
            0xdd => Values(bytes, ref at, Number(bytes, ref at, 4), depth),
            _ => throw new FormatException($"0x{head:x2} is outside the subset"),
        };
    }

    /// <summary>Whether bytes are one value in its only legal form: read, then write, then compare.</summary>
    internal static bool IsCanonical(byte[] bytes)
    {
        try
        {
            var at = 0;
            var value = Unpack(bytes, ref at);
            return at == bytes.Length && Pack(value).AsSpan().SequenceEqual(bytes);
        }
        catch (Exception wrong) when (wrong is FormatException or IndexOutOfRangeException or DecoderFallbackException)
        {
            return false;
        }
    }

    private static byte[] Integer(long value)
    {
        if (value is >= -32 and <= 127)
        {
            return [(byte)(value & 0xff)];
        }

        var (head, size) = value switch
        {
            >= 0 and < 256 => (0xcc, 1),
            >= 0 and < 65536 => (0xcd, 2),
            >= 0 and < 4294967296 => (0xce, 4),
            >= 0 => (0xcf, 8),
            >= -128 => (0xd0, 1),
            >= -32768 => (0xd1, 2),
            >= -2147483648 => (0xd2, 4),
            _ => (0xd3, 8),
        };
        return [(byte)head, .. BigEndian(value, size)];
    }

    // fix forms below a limit, then heads with 1, 2 and 4 bytes; arrays have no form with one byte, so theirs begin
    // one on.
    private static byte[] Head(object value, int fix, int fixLimit, int first, int count)
    {
        if (count < fixLimit)
        {
            return [(byte)(fix + count)];
        }

        if (count < 256 && value is not object?[])
        {
            return [(byte)first, (byte)count];
        }

        return count < 65536
            ? [(byte)(first + 1), .. BigEndian(count, 2)]
            : [(byte)(first + 2), .. BigEndian(count, 4)];
    }

    internal static byte[] BigEndian(long value, int size) =>
        [.. Enumerable.Range(0, size).Select(i => (byte)((value >> (8 * (size - 1 - i))) & 0xff))];

    private static long Number(byte[] bytes, ref int at, int size)
    {
        long value = 0;
        for (var i = 0; i < size; i++)
        {
            value = unchecked((value << 8) | bytes[at++]);
        }

        return value;
    }

    private static long Signed(long value, int bits) => value >= 1L << (bits - 1) ? value - (1L << bits) : value;

    private static byte[] Slice(byte[] bytes, ref int at, long size)
    {
        if (size > bytes.Length - at)
        {
            throw new FormatException("cut short");
        }

        var slice = bytes[at..(at + (int)size)];
        at += (int)size;
        return slice;
    }

    private static string Text(byte[] bytes, ref int at, long size)
    {
        var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Slice(bytes, ref at, size));
        return text.Any(letter => char.IsControl(letter) && letter != '\n')
            ? throw new FormatException("control character")
            : text;
    }

    private static object?[] Values(byte[] bytes, ref int at, long count, int depth)
    {
        if (depth > 16)
        {
            throw new FormatException("too deep");
        }

        var values = new List<object?>();
        for (; count > 0; count--)
        {
            values.Add(Unpack(bytes, ref at, depth + 1));
        }

        return [.. values];
    }
}
