using System.Buffers.Binary;
using System.Text;

namespace Exchange.Ledger;

/// <summary>
/// Writes the one legal encoding of each value: the subset of MessagePack of docs/ledger-format.md, "Codec". Grows its
/// own buffer; reusable after <see cref="Reset"/>; not thread-safe.
/// </summary>
public sealed class CanonicalWriter
{
    [ThreadStatic]
    private static CanonicalWriter? _ofThread;

    private byte[] _buffer = new byte[256];
    private int _size;

    /// <summary>What was written; valid until the next write or reset.</summary>
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _size);

    /// <summary>What was written; valid until the next write or reset.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _buffer.AsMemory(0, _size);

    // One writer of each thread, empty: for whoever takes a copy or a hash before it calls anything else here.
    internal static CanonicalWriter OfThread()
    {
        var writer = _ofThread ??= new();
        writer.Reset();
        return writer;
    }

    /// <summary>Forgets what was written and keeps the buffer.</summary>
    public void Reset() => _size = 0;

    /// <summary>A copy of what was written.</summary>
    public byte[] ToArray() => Written.ToArray();

    /// <summary>The head of an array of <paramref name="count"/> values, which must follow.</summary>
    public void WriteArray(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count <= 15)
        {
            WriteByte((byte)(0x90 | count));
        }
        else if (count <= ushort.MaxValue)
        {
            WriteHead(0xdc, (ushort)count);
        }
        else
        {
            WriteHead(0xdd, (uint)count);
        }
    }

    /// <summary>Nothing; legal only where a field is declared optional.</summary>
    public void WriteNil() => WriteByte(0xc0);

    /// <summary>A truth value.</summary>
    public void WriteBool(bool value) => WriteByte(value ? (byte)0xc3 : (byte)0xc2);

    /// <summary>An integer in its shortest form; non-negative ones as unsigned.</summary>
    public void WriteInteger(long value)
    {
        switch (value)
        {
            case >= 0 and <= 0x7f:
                WriteByte((byte)value);
                break;
            case >= 0 and <= byte.MaxValue:
                WriteHead(0xcc, (byte)value);
                break;
            case >= 0 and <= ushort.MaxValue:
                WriteHead(0xcd, (ushort)value);
                break;
            case >= 0 and <= uint.MaxValue:
                WriteHead(0xce, (uint)value);
                break;
            case >= 0:
                WriteHead(0xcf, (ulong)value);
                break;
            case >= -32:
                WriteByte(unchecked((byte)value));
                break;
            case >= sbyte.MinValue:
                WriteHead(0xd0, unchecked((byte)value));
                break;
            case >= short.MinValue:
                WriteHead(0xd1, unchecked((ushort)value));
                break;
            case >= int.MinValue:
                WriteHead(0xd2, unchecked((uint)value));
                break;
            default:
                WriteHead(0xd3, unchecked((ulong)value));
                break;
        }
    }

    /// <summary>Text in UTF-8. What a field admits (length, line feeds) is checked by whoever made the text.</summary>
    /// <exception cref="EncoderFallbackException">The text holds half of a surrogate pair.</exception>
    public void WriteText(string value)
    {
        var size = StrictUtf8.GetByteCount(value);
        if (size <= 31)
        {
            WriteByte((byte)(0xa0 | size));
        }
        else if (size <= byte.MaxValue)
        {
            WriteHead(0xd9, (byte)size);
        }
        else if (size <= ushort.MaxValue)
        {
            WriteHead(0xda, (ushort)size);
        }
        else
        {
            WriteHead(0xdb, (uint)size);
        }

        _ = StrictUtf8.GetBytes(value, Take(size));
    }

    /// <summary>Bytes.</summary>
    public void WriteBinary(ReadOnlySpan<byte> value)
    {
        if (value.Length <= byte.MaxValue)
        {
            WriteHead(0xc4, (byte)value.Length);
        }
        else if (value.Length <= ushort.MaxValue)
        {
            WriteHead(0xc5, (ushort)value.Length);
        }
        else
        {
            WriteHead(0xc6, (uint)value.Length);
        }

        value.CopyTo(Take(value.Length));
    }

    /// <summary>A digest, as 32 bytes.</summary>
    public void WriteDigest(Digest value) => WriteBinary(value.Span);

    /// <summary>Sixteen bytes.</summary>
    public void WriteBytes16(Bytes16 value)
    {
        Span<byte> bytes = stackalloc byte[Bytes16.SizeBytes];
        value.CopyTo(bytes);
        WriteBinary(bytes);
    }

    /// <summary>The name of a chain or actor: [kind, key].</summary>
    public void WriteChain(ChainId value)
    {
        WriteArray(2);
        WriteInteger((long)value.Kind);
        WriteText(value.Key.Value);
    }

    /// <summary>A value that is canonical already, as it stands.</summary>
    public void WriteEncoded(ReadOnlySpan<byte> canonical) => canonical.CopyTo(Take(canonical.Length));

    internal static readonly UTF8Encoding StrictUtf8 =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private void WriteByte(byte value) => Take(1)[0] = value;

    private void WriteHead(byte head, byte value)
    {
        var span = Take(2);
        span[0] = head;
        span[1] = value;
    }

    private void WriteHead(byte head, ushort value)
    {
        var span = Take(3);
        span[0] = head;
        BinaryPrimitives.WriteUInt16BigEndian(span[1..], value);
    }

    private void WriteHead(byte head, uint value)
    {
        var span = Take(5);
        span[0] = head;
        BinaryPrimitives.WriteUInt32BigEndian(span[1..], value);
    }

    private void WriteHead(byte head, ulong value)
    {
        var span = Take(9);
        span[0] = head;
        BinaryPrimitives.WriteUInt64BigEndian(span[1..], value);
    }

    // The next bytes, which the caller fills.
    private Span<byte> Take(int size)
    {
        var start = _size;
        if (size > _buffer.Length - start)
        {
            Array.Resize(ref _buffer, Math.Max(checked(start + size), 2 * _buffer.Length));
        }

        _size = start + size;
        return _buffer.AsSpan(start, size);
    }
}
