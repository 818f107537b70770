using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Exchange.Ledger;

/// <summary>
/// Reads a seekable stream forward from a position through a buffer of its own, so that several may read one stream in
/// turn. Optionally hashes every byte it passes, up to a limit.
/// </summary>
internal sealed class ForwardSource(Stream stream, long position, IncrementalHash? hash = null, long hashLimit = 0)
{
    private readonly byte[] _buffer = new byte[ChainFileFormat.ChunkSizeBytes];
    private int _start;
    private int _end;

    /// <summary>The position in the stream of the next byte.</summary>
    internal long Position { get; private set; } = position;

    /// <summary>Takes exactly so many bytes, at most a chunk; the view is valid until the next call.</summary>
    internal bool TryTake(int size, out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        if (_end - _start < size && !TryFill(size))
        {
            return false;
        }

        bytes = _buffer.AsMemory(_start, size);
        _start += size;
        Position += size;
        return true;
    }

    internal bool TryTakeUInt16(out int value)
    {
        var taken = TryTake(sizeof(ushort), out var bytes);
        value = taken ? BinaryPrimitives.ReadUInt16BigEndian(bytes.Span) : 0;
        return taken;
    }

    internal bool TryTakeUInt32(out uint value)
    {
        var taken = TryTake(sizeof(uint), out var bytes);
        value = taken ? BinaryPrimitives.ReadUInt32BigEndian(bytes.Span) : 0;
        return taken;
    }

    internal bool TryTakeUInt64(out ulong value)
    {
        var taken = TryTake(sizeof(ulong), out var bytes);
        value = taken ? BinaryPrimitives.ReadUInt64BigEndian(bytes.Span) : 0;
        return taken;
    }

    internal bool TryTakeDigest(out Digest value)
    {
        var taken = TryTake(Digest.SizeBytes, out var bytes);
        value = taken ? new Digest(bytes.Span) : default;
        return taken;
    }

    private bool TryFill(int size)
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        while (_end < size)
        {
            // Somebody else may have moved the stream since.
            var at = Position + _end;
            if (stream.Position != at)
            {
                stream.Position = at;
            }

            var read = stream.Read(_buffer, _end, _buffer.Length - _end);
            if (read == 0)
            {
                return false;
            }

            hash?.AppendData(_buffer.AsSpan(_end, (int)Math.Clamp(hashLimit - at, 0, read)));
            _end += read;
        }

        return true;
    }
}
