using System.Buffers.Binary;
using System.Text;

namespace Exchange.Ledger;

/// <summary>
/// Reads the encoding that <see cref="CanonicalWriter"/> writes and refuses every other encoding of the same value, at
/// the byte where it differs. Nothing is allocated before its length was checked against what is left.
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
        if ((head & 0xf0) == 0x90 && (head & 0x0f) <= _source.Length - _position)
        {
            return head & 0x0f;
        }

        long count = head switch
        {
            >= 0x90 and <= 0x9f => head & 0x0f,
            0xdc => AtLeast(TakeUInt16(), 16),
            0xdd => AtLeast(TakeUInt32(), ushort.MaxValue + 1L),
            _ => throw WrongHead("an array", head),
        };
        return count <= _source.Length - _position
            ? (int)count
            : throw Wrong($"An array of {count} values is cut short");
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
        // Most integers are one byte.
        if (_position < _source.Length && _source[_position] <= 0x7f)
        {
            return _source[_position++];
        }

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

    /// <summary>
    /// Text of at most this many bytes: valid UTF-8 without control characters (line feeds only in prose).
    /// </summary>
    public string ReadText(int sizeBytesMax, bool prose = false)
    {
        var bytes = ReadTextBytes();
        RefuseText(bytes, sizeBytesMax, prose);
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
        return ReadChainParts();
    }

    // A kind and a key that stand next to each other: a chain without its array, as an actor begins.
    internal ChainId ReadChainParts()
    {
        var kind = ReadKind();
        return new(kind, GrainKey.FromTrusted(Encoding.ASCII.GetString(ReadKeyBytes())));
    }

    internal GrainKind ReadKind()
    {
        var kind = ReadInteger();
        return ChainId.IsKind(kind) ? (GrainKind)kind : throw Wrong($"Expected a kind, found {kind}");
    }

    internal ReadOnlySpan<byte> ReadKeyBytes()
    {
        var key = ReadTextBytes();
        return key.Length is >= 1 and <= GrainKey.LengthMax && key[0] != (byte)'-'
            && !key.ContainsAnyExcept(TextAlphabets.KeyBytes)
                ? key
                : throw Wrong("Expected a key");
    }

    // A text as it stands; the caller compares or measures it.
    internal void SkipText(int sizeBytesMax)
    {
        var bytes = ReadTextBytes();
        RefuseText(bytes, sizeBytesMax, prose: false);
    }

    /// <summary>One whole value of any form, checked to be canonical, as a view of the source.</summary>
    public ReadOnlySpan<byte> ReadEncoded()
    {
        var start = _position;
        Skip();
        return _source[start.._position];
    }

    /// <summary>What was read since an earlier position, as a view of the source.</summary>
    public readonly ReadOnlySpan<byte> Since(int position) => _source[position.._position];

    /// <summary>One whole array, checked to be canonical, as a view of the source.</summary>
    public ReadOnlySpan<byte> ReadFields()
    {
        var encoded = ReadEncoded();
        return encoded[0] is (>= 0x90 and <= 0x9f) or 0xdc or 0xdd
            ? encoded
            : throw Wrong("Expected an array of fields");
    }

    /// <summary>An exception that names the current offset; for callers that check more than the form.</summary>
    public readonly CanonicalFormatException Wrong(string message) => new(message, _position);

    /// <summary>One whole value of any form, checked to be canonical and passed over.</summary>
    /// <exception cref="CanonicalFormatException">The value is not canonical.</exception>
    public void Skip()
    {
        var end = CanonicalScan.End(_source, _position);
        if (end >= 0)
        {
            _position = end;
            return;
        }

        SkipSlowly(depth: 1);
    }

    // Says what is wrong, and where, with a value that the fast scan did not accept.
    internal void SkipSlowly(int depth)
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
                    SkipSlowly(depth + 1);
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

    private readonly void RefuseText(ReadOnlySpan<byte> bytes, int sizeBytesMax, bool prose)
    {
        if (bytes.Length > sizeBytesMax)
        {
            throw Wrong($"Expected a text of at most {sizeBytesMax} bytes, found {bytes.Length}");
        }

        if (!prose && bytes.Contains((byte)'\n'))
        {
            throw Wrong("A line feed stands outside prose");
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
        return CanonicalScan.IsText(bytes) ? bytes : throw WrongText(bytes);
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
        // Both sizes in use have one form: one byte of size.
        if (_source.Length - _position >= size + 2 && _source[_position] == 0xc4 && _source[_position + 1] == size)
        {
            var view = _source.Slice(_position + 2, size);
            _position += size + 2;
            return view;
        }

        var bytes = ReadBinaryBytes();
        return bytes.Length == size ? bytes : throw Wrong($"Expected {size} bytes, found {bytes.Length}");
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

    private readonly CanonicalFormatException WrongText(ReadOnlySpan<byte> bytes) =>
        Wrong(System.Text.Unicode.Utf8.IsValid(bytes)
            ? "A text holds a control character"
            : "A text is not valid UTF-8");

    private readonly CanonicalFormatException WrongHead(string expected, byte head) =>
        new($"Expected {expected}, found 0x{head:x2}", _position - 1);
}
