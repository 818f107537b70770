using System.Buffers.Binary;
using System.Text;

namespace Exchange.Ledger;

/// <summary>
/// Reads the encoding that <see cref="CanonicalWriter"/> writes and refuses every other encoding of the same value, at the
/// byte where it differs. Nothing is allocated before its length was checked against what is left.
/// </summary>
public ref struct CanonicalReader(ReadOnlySpan<byte> source)
{
    /// <summary>How deep arrays may nest.</summary>
    public const int DepthMax = 16;

    private readonly ReadOnlySpan<byte> _source = source;
    private int _position;

    /// <summary>The offset of the next byte.</summary>
    public readonly int Position => _position;

    /// <summary>Whether everything was read.</summary>
    public readonly bool AtEnd => _position == _source.Length;

    /// <summary>Refuses bytes behind the value.</summary>
    /// <exception cref="CanonicalFormatException">Something is left.</exception>
    public readonly void ExpectEnd()
    {
        if (!AtEnd)
        {
            throw Wrong("Expected the end");
        }
    }

    /// <summary>The number of values of an array; each takes at least one byte of what is left.</summary>
    public int ReadArray()
    {
        var head = Take();
        long count = head switch
        {
            >= 0x90 and <= 0x9f => head & 0x0f,
            0xdc => AtLeast(TakeUInt16(), 16),
            0xdd => AtLeast(TakeUInt32(), ushort.MaxValue + 1L),
            _ => throw WrongHead("an array", head),
        };
        return count <= _source.Length - _position ? (int)count : throw Wrong($"An array of {count} values is cut short");
    }

    /// <summary>The head of an array that must have exactly this many values.</summary>
    public void ExpectArray(int count)
    {
        var found = ReadArray();
        if (found != count)
        {
            throw Wrong($"Expected an array of {count} values, found {found}");
        }
    }

    /// <summary>Takes a nil if one is next.</summary>
    public bool TryReadNil()
    {
        if (AtEnd || _source[_position] != 0xc0)
        {
            return false;
        }

        _position++;
        return true;
    }

    /// <summary>A truth value.</summary>
    public bool ReadBool() => Take() switch
    {
        0xc2 => false,
        0xc3 => true,
        var head => throw WrongHead("a truth value", head),
    };

    /// <summary>An integer in its shortest form.</summary>
    public long ReadInteger()
    {
        var head = Take();
        return head switch
        {
            <= 0x7f => head,
            >= 0xe0 => unchecked((sbyte)head),
            0xcc => AtLeast(Take(), 0x80),
            0xcd => AtLeast(TakeUInt16(), byte.MaxValue + 1),
            0xce => AtLeast(TakeUInt32(), ushort.MaxValue + 1L),
            0xcf => AtLeast(TakeInt64(), uint.MaxValue + 1L),
            0xd0 => AtMost(unchecked((sbyte)Take()), -33),
            0xd1 => AtMost(unchecked((short)TakeUInt16()), sbyte.MinValue - 1L),
            0xd2 => AtMost(unchecked((int)TakeUInt32()), short.MinValue - 1L),
            0xd3 => AtMost(TakeInt64(), int.MinValue - 1L),
            _ => throw WrongHead("an integer", head),
        };
    }

    /// <summary>An integer between two bounds, both included.</summary>
    public long ReadInteger(long least, long greatest)
    {
        var value = ReadInteger();
        return value >= least && value <= greatest
            ? value
            : throw Wrong($"Expected an integer from {least} to {greatest}, found {value}");
    }

    /// <summary>Text of at most this many bytes: valid UTF-8 without control characters (line feeds only in prose).</summary>
    public string ReadText(int sizeBytesMax, bool prose = false)
    {
        var bytes = ReadTextBytes();
        if (bytes.Length > sizeBytesMax)
        {
            throw Wrong($"Expected a text of at most {sizeBytesMax} bytes, found {bytes.Length}");
        }

        if (!prose && bytes.Contains((byte)'\n'))
        {
            throw Wrong("A line feed stands outside prose");
        }

        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Bytes, as a view of the source.</summary>
    public ReadOnlySpan<byte> ReadBinary(int sizeBytesMax)
    {
        var bytes = ReadBinaryBytes();
        return bytes.Length <= sizeBytesMax
            ? bytes
            : throw Wrong($"Expected at most {sizeBytesMax} bytes, found {bytes.Length}");
    }

    /// <summary>A digest.</summary>
    public Digest ReadDigest() => new(ReadExactly(Digest.SizeBytes));

    /// <summary>Sixteen bytes.</summary>
    public Bytes16 ReadBytes16() => Bytes16.From(ReadExactly(Bytes16.SizeBytes));

    /// <summary>A moment.</summary>
    public UnixMilliseconds ReadTime() => new(ReadInteger(0, UnixMilliseconds.Limit - 1));

    /// <summary>The name of a chain or actor: [kind, key].</summary>
    public ChainId ReadChain()
    {
        ExpectArray(2);
        var kind = (GrainKind)ReadInteger(1, int.MaxValue);
        return GrainKey.TryParse(ReadText(GrainKey.LengthMax), out var key) && Enum.IsDefined(kind)
            ? new ChainId(kind, key)
            : throw Wrong("Expected the name of a chain");
    }

    /// <summary>One whole value of any form, checked to be canonical, as a view of the source.</summary>
    public ReadOnlySpan<byte> ReadEncoded()
    {
        var start = _position;
        Skip(depth: 1);
        return _source[start.._position];
    }

    /// <summary>An exception that names the current offset; for callers that check more than the form.</summary>
    public readonly CanonicalFormatException Wrong(string message) => new(message, _position);

    private void Skip(int depth)
    {
        if (AtEnd)
        {
            throw Wrong("Expected a value, found the end");
        }

        var head = _source[_position];
        switch (head)
        {
            case >= 0x90 and <= 0x9f or 0xdc or 0xdd:
                if (depth > DepthMax)
                {
                    throw Wrong($"Arrays nest deeper than {DepthMax}");
                }

                for (var left = ReadArray(); left > 0; left--)
                {
                    Skip(depth + 1);
                }

                break;
            case 0xc0 or 0xc2 or 0xc3:
                _position++;
                break;
            case >= 0xa0 and <= 0xbf or 0xd9 or 0xda or 0xdb:
                _ = ReadTextBytes();
                break;
            case 0xc4 or 0xc5 or 0xc6:
                _ = ReadBinaryBytes();
                break;
            default:
                _ = ReadInteger();
                break;
        }
    }

    private ReadOnlySpan<byte> ReadTextBytes()
    {
        var head = Take();
        var size = head switch
        {
            >= 0xa0 and <= 0xbf => head & 0x1f,
            0xd9 => AtLeast(Take(), 32),
            0xda => AtLeast(TakeUInt16(), byte.MaxValue + 1),
            0xdb => AtLeast(TakeUInt32(), ushort.MaxValue + 1L),
            _ => throw WrongHead("a text", head),
        };
        var bytes = TakeBytes(size);
        if (!System.Text.Unicode.Utf8.IsValid(bytes))
        {
            throw Wrong("A text is not valid UTF-8");
        }

        if (HasControl(bytes))
        {
            throw Wrong("A text holds a control character");
        }

        return bytes;
    }

    private ReadOnlySpan<byte> ReadBinaryBytes()
    {
        var head = Take();
        var size = head switch
        {
            0xc4 => Take(),
            0xc5 => AtLeast(TakeUInt16(), byte.MaxValue + 1),
            0xc6 => AtLeast(TakeUInt32(), ushort.MaxValue + 1L),
            _ => throw WrongHead("bytes", head),
        };
        return TakeBytes(size);
    }

    private ReadOnlySpan<byte> ReadExactly(int size)
    {
        var bytes = ReadBinaryBytes();
        return bytes.Length == size ? bytes : throw Wrong($"Expected {size} bytes, found {bytes.Length}");
    }

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

    private byte Take() => AtEnd ? throw Wrong("Expected a value, found the end") : _source[_position++];

    private ushort TakeUInt16() => BinaryPrimitives.ReadUInt16BigEndian(TakeBytes(sizeof(ushort)));

    private uint TakeUInt32() => BinaryPrimitives.ReadUInt32BigEndian(TakeBytes(sizeof(uint)));

    // 0xcf above 2^63-1 reads as negative and so fails the test of its least value.
    private long TakeInt64() => BinaryPrimitives.ReadInt64BigEndian(TakeBytes(sizeof(long)));

    private ReadOnlySpan<byte> TakeBytes(long size)
    {
        if (size > _source.Length - _position)
        {
            throw Wrong($"Expected {size} more bytes, found {_source.Length - _position}");
        }

        var bytes = _source.Slice(_position, (int)size);
        _position += (int)size;
        return bytes;
    }

    private readonly long AtLeast(long value, long least) =>
        value >= least ? value : throw Wrong("Not the shortest form");

    private readonly long AtMost(long value, long greatest) =>
        value <= greatest ? value : throw Wrong("Not the shortest form");

    private readonly CanonicalFormatException WrongHead(string expected, byte head) =>
        new($"Expected {expected}, found 0x{head:x2}", _position - 1);
}
