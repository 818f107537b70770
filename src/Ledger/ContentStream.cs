using System.Security.Cryptography;

namespace Exchange.Ledger;

/// <summary>
/// The bytes of a content item out of its chunks; throws InvalidDataException where the file is cut or altered.
/// </summary>
internal sealed class ContentStream(ForwardSource source, IncrementalHash? framed = null, IncrementalHash? bare = null)
    : Stream
{
    private readonly byte[] _sizeBytes = new byte[sizeof(uint)];
    private int _left;
    private bool _last;
    private bool _started;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty || (_left == 0 && !TryNextChunk()))
        {
            return 0;
        }

        var size = Math.Min(buffer.Length, _left);
        if (!source.TryTake(size, out var bytes))
        {
            throw new InvalidDataException(
                $"Expected {_left} more bytes of a content item, found the end of the file.");
        }

        framed?.AppendData(bytes.Span);
        bare?.AppendData(bytes.Span);
        bytes.Span.CopyTo(buffer);
        _left -= size;
        return size;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    // A chunk that is not full is the last one. An empty chunk can only be the last.
    private bool TryNextChunk()
    {
        if (_started && _last)
        {
            return false;
        }

        if (!source.TryTake(sizeof(uint), out var sizeBytes))
        {
            throw new InvalidDataException("Expected a chunk of a content item, found the end of the file.");
        }

        sizeBytes.Span.CopyTo(_sizeBytes);
        framed?.AppendData(_sizeBytes);
        var size = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(_sizeBytes);
        if (size > ChainFileFormat.ChunkSizeBytes)
        {
            throw new InvalidDataException(
                $"Expected a chunk of at most {ChainFileFormat.ChunkSizeBytes} bytes, found {size}.");
        }

        _started = true;
        _last = size < ChainFileFormat.ChunkSizeBytes;
        _left = (int)size;
        return size > 0;
    }
}
