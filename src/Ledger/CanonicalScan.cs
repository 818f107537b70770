using System.Buffers.Binary;
using System.Text.Unicode;

namespace Exchange.Ledger;

/// <summary>
/// Passes over canonical values without building anything. Where it does not accept, <see cref="CanonicalReader"/> says
/// what is wrong; it never accepts what the reader refuses.
/// </summary>
internal static class CanonicalScan
{
    /// <summary>
    /// The offset behind the value that begins at <paramref name="at"/>, or -1 where it is not canonical.
    /// </summary>
    internal static int End(ReadOnlySpan<byte> source, int at)
    {
        Span<int> outer = stackalloc int[CanonicalReader.DepthMax];
        var depth = 0;
        var left = 1;
        while (true)
        {
            while (left == 0)
            {
                if (depth == 0)
                {
                    return at;
                }

                left = outer[--depth];
            }

            left--;
            if ((uint)at >= (uint)source.Length)
            {
                return -1;
            }

            var head = source[at];
            if (head <= 0x7f || head >= 0xe0)
            {
                at++;
                continue;
            }

            if (head is (>= 0x90 and <= 0x9f) or 0xdc or 0xdd)
            {
                if (depth == outer.Length || !TryArray(source, ref at, out var count))
                {
                    return -1;
                }

                outer[depth++] = left;
                left = count;
                continue;
            }

            at = EndOfLeaf(source, at);
            if (at < 0)
            {
                return -1;
            }
        }
    }

    /// <summary>Whether bytes are UTF-8 without control characters; the line feed passes.</summary>
    internal static bool IsText(ReadOnlySpan<byte> utf8) =>
        !utf8.ContainsAnyExceptInRange((byte)0x20, (byte)0x7e) || (Utf8.IsValid(utf8) && !HasControl(utf8));

    private static bool TryArray(ReadOnlySpan<byte> source, ref int at, out int count)
    {
        var head = source[at];
        count = head & 0x0f;
        if (head < 0xa0)
        {
            at++;
            return true;
        }

        var size = head == 0xdc ? sizeof(ushort) : sizeof(uint);
        if (source.Length - at - 1 < size)
        {
            return false;
        }

        var stated = head == 0xdc
            ? BinaryPrimitives.ReadUInt16BigEndian(source[(at + 1)..])
            : BinaryPrimitives.ReadUInt32BigEndian(source[(at + 1)..]);
        at += 1 + size;
        if (stated < (head == 0xdc ? 16 : 0x10000) || stated > (uint)(source.Length - at))
        {
            return false;
        }

        count = (int)stated;
        return true;
    }

    // Everything but arrays and the one-byte integers.
    private static int EndOfLeaf(ReadOnlySpan<byte> source, int at)
    {
        var head = source[at++];
        if (head is >= 0xa0 and <= 0xbf)
        {
            return EndOfText(source, at, head & 0x1f);
        }

        if (head is 0xc0 or 0xc2 or 0xc3)
        {
            return at;
        }

        var width = head switch
        {
            0xc4 or 0xcc or 0xd0 or 0xd9 => 1,
            0xc5 or 0xcd or 0xd1 or 0xda => 2,
            0xc6 or 0xce or 0xd2 or 0xdb => 4,
            0xcf or 0xd3 => 8,
            _ => 0,
        };
        if (width == 0 || source.Length - at < width)
        {
            return -1;
        }

        var field = source.Slice(at, width);
        ulong value = width switch
        {
            1 => field[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(field),
            4 => BinaryPrimitives.ReadUInt32BigEndian(field),
            _ => BinaryPrimitives.ReadUInt64BigEndian(field),
        };
        at += width;
        return head switch
        {
            0xc4 => value <= (ulong)(source.Length - at) ? at + (int)value : -1,
            0xc5 => value > byte.MaxValue && value <= (ulong)(source.Length - at) ? at + (int)value : -1,
            0xc6 => value > ushort.MaxValue && value <= (ulong)(source.Length - at) ? at + (int)value : -1,
            0xd9 => value > 31 && value <= (ulong)(source.Length - at) ? EndOfText(source, at, (int)value) : -1,
            0xda => value > byte.MaxValue && value <= (ulong)(source.Length - at)
                ? EndOfText(source, at, (int)value) : -1,
            0xdb => value > ushort.MaxValue && value <= (ulong)(source.Length - at)
                ? EndOfText(source, at, (int)value) : -1,
            _ => IsShortest(head, value) ? at : -1,
        };
    }

    private static int EndOfText(ReadOnlySpan<byte> source, int at, int size) =>
        size <= source.Length - at && IsText(source.Slice(at, size)) ? at + size : -1;

    private static bool IsShortest(byte head, ulong value) => head switch
    {
        0xcc => value > 0x7f,
        0xcd => value > byte.MaxValue,
        0xce => value > ushort.MaxValue,
        0xcf => value is > uint.MaxValue and <= long.MaxValue,
        0xd0 => unchecked((sbyte)value) < -32,
        0xd1 => unchecked((short)value) < sbyte.MinValue,
        0xd2 => unchecked((int)value) < short.MinValue,
        _ => unchecked((long)value) < int.MinValue,
    };

    // C0 controls but the line feed, DEL, and C1 controls (0xC2 0x80..0x9F in UTF-8).
    private static bool HasControl(ReadOnlySpan<byte> utf8)
    {
        for (var i = 0; i < utf8.Length; i++)
        {
            var value = utf8[i];
            if ((value < 0x20 && value != (byte)'\n') || value == 0x7f
                || (value == 0xc2 && i + 1 < utf8.Length && utf8[i + 1] is >= 0x80 and <= 0x9f))
            {
                return true;
            }
        }

        return false;
    }
}
