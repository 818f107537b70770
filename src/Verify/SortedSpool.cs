using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Exchange.Verify;

/// <summary>
/// Sorts any number of records by their bytes in bounded memory: chunks are sorted and written to one temporary file,
/// then merged. The file has no name once it is open (where the system allows that), so that nothing is left behind
/// even
/// by a process that is killed. Not thread-safe.
/// </summary>
internal sealed class SortedSpool : IDisposable
{
    private const int RunsMax = 64;
    private const int RecordsMax = 1024 * 1024;
    private const int ReadSizeBytes = 64 * 1024;
    private const int RecordSizeBytesMax = 1024 * 1024;

    private const int FirstSizeBytes = 64 * 1024;

    private readonly int _chunkSizeBytes;
    private readonly List<Slice> _records = [];
    private readonly List<(long Start, long End)> _runs = [];
    private FileStream? _file;
    private byte[] _chunk;
    private int _filled;
    private long _end;

    /// <param name="chunkSizeBytes">How many bytes of records are sorted in memory at a time.</param>
    internal SortedSpool(int chunkSizeBytes)
    {
        _chunkSizeBytes = chunkSizeBytes;
        _chunk = new byte[Math.Min(chunkSizeBytes, FirstSizeBytes)];
    }

    internal long Count { get; private set; }

    /// <summary>Whether records went to the temporary file.</summary>
    internal bool HasSpilled => _file is not null;

    /// <summary>
    /// Where the temporary file was made; nothing stands there any more where the system allows that.
    /// </summary>
    internal string? TemporaryPath => _file?.Name;

    /// <summary>Takes a record, which must fit a chunk.</summary>
    internal void Add(ReadOnlySpan<byte> record)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(record.Length, Math.Min(_chunkSizeBytes, RecordSizeBytesMax));
        if (record.Length > _chunkSizeBytes - _filled || _records.Count == RecordsMax)
        {
            Spill();
        }

        while (record.Length > _chunk.Length - _filled)
        {
            Array.Resize(ref _chunk, (int)Math.Min(_chunkSizeBytes, _chunk.Length * 2L));
        }

        record.CopyTo(_chunk.AsSpan(_filled));
        _records.Add(new(_filled, record.Length));
        _filled += record.Length;
        Count++;
    }

    /// <summary>All records in the order of their bytes, equal ones each. A view is valid until the next one.</summary>
    internal IEnumerable<ReadOnlyMemory<byte>> ReadSorted()
    {
        if (_runs.Count == 0)
        {
            SortChunk();
            foreach (var record in _records)
            {
                yield return _chunk.AsMemory(record.Start, record.Size);
            }

            yield break;
        }

        Spill();
        while (_runs.Count > RunsMax)
        {
            MergeOldest();
        }

        foreach (var record in Merge(_runs))
        {
            yield return record;
        }
    }

    public void Dispose() => _file?.Dispose();

    private void SortChunk() => _records.Sort((left, right) =>
        _chunk.AsSpan(left.Start, left.Size).SequenceCompareTo(_chunk.AsSpan(right.Start, right.Size)));

    private void Spill()
    {
        if (_records.Count == 0)
        {
            return;
        }

        SortChunk();
        var output = BeginRun();
        foreach (var record in _records)
        {
            output.Write(_chunk.AsSpan(record.Start, record.Size));
        }

        EndRun(output);
        _records.Clear();
        _filled = 0;
    }

    private RunWriter BeginRun() => new((_file ??= OpenTemporary()).SafeFileHandle, _end);

    private void EndRun(RunWriter output)
    {
        output.Flush();
        _runs.Add((_end, output.Position));
        _end = output.Position;
    }

    // Many runs become one longer one; the space of the old ones is given back only with the file.
    private void MergeOldest()
    {
        var oldest = _runs.GetRange(0, RunsMax);
        var output = BeginRun();
        foreach (var record in Merge(oldest))
        {
            output.Write(record.Span);
        }

        _runs.RemoveRange(0, RunsMax);
        EndRun(output);
    }

    private IEnumerable<ReadOnlyMemory<byte>> Merge(List<(long Start, long End)> runs)
    {
        var queue = new PriorityQueue<RunReader, ReadOnlyMemory<byte>>(
            Comparer<ReadOnlyMemory<byte>>.Create(static (left, right) => left.Span.SequenceCompareTo(right.Span)));
        foreach (var (start, end) in runs)
        {
            var reader = new RunReader(_file!.SafeFileHandle, start, end);
            if (reader.TryNext(out var first))
            {
                queue.Enqueue(reader, first);
            }
        }

        while (queue.TryDequeue(out var reader, out var record))
        {
            yield return record;
            if (reader.TryNext(out var next))
            {
                queue.Enqueue(reader, next);
            }
        }
    }

    private static FileStream OpenTemporary()
    {
        var path = Path.Combine(Path.GetTempPath(), $"exchange-verify-{Path.GetRandomFileName()}");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            Options = FileOptions.DeleteOnClose,
            BufferSize = 0,
        };
        if (OperatingSystem.IsWindows())
        {
            return new(path, options);
        }

        options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(path, options);
        File.Delete(path);
        return file;
    }

    private readonly record struct Slice(int Start, int Size);

    private sealed class RunWriter(SafeFileHandle file, long position)
    {
        private readonly byte[] _buffer = new byte[ReadSizeBytes];
        private int _filled;

        internal long Position { get; private set; } = position;

        internal void Write(ReadOnlySpan<byte> record)
        {
            Span<byte> size = stackalloc byte[sizeof(int)];
            BinaryPrimitives.WriteInt32BigEndian(size, record.Length);
            Append(size);
            Append(record);
        }

        internal void Flush()
        {
            RandomAccess.Write(file, _buffer.AsSpan(0, _filled), Position);
            Position += _filled;
            _filled = 0;
        }

        private void Append(ReadOnlySpan<byte> bytes)
        {
            while (!bytes.IsEmpty)
            {
                if (_filled == _buffer.Length)
                {
                    Flush();
                }

                var taken = Math.Min(bytes.Length, _buffer.Length - _filled);
                bytes[..taken].CopyTo(_buffer.AsSpan(_filled));
                _filled += taken;
                bytes = bytes[taken..];
            }
        }
    }

    private sealed class RunReader(SafeFileHandle file, long start, long end)
    {
        private readonly byte[] _buffer = new byte[ReadSizeBytes];
        private byte[] _record = new byte[256];
        private long _position = start;
        private int _start;
        private int _filled;

        internal bool TryNext(out ReadOnlyMemory<byte> record)
        {
            record = default;
            if (_start == _filled && _position == end)
            {
                return false;
            }

            Span<byte> sizeBytes = stackalloc byte[sizeof(int)];
            Take(sizeBytes);
            var size = BinaryPrimitives.ReadInt32BigEndian(sizeBytes);
            if (size > _record.Length)
            {
                Array.Resize(ref _record, Math.Max(size, _record.Length * 2));
            }

            Take(_record.AsSpan(0, size));
            record = _record.AsMemory(0, size);
            return true;
        }

        private void Take(scoped Span<byte> target)
        {
            while (!target.IsEmpty)
            {
                if (_start == _filled)
                {
                    var wanted = (int)Math.Min(_buffer.Length, end - _position);
                    _filled = RandomAccess.Read(file, _buffer.AsSpan(0, wanted), _position);
                    _start = 0;
                    _position += _filled;
                    if (_filled == 0)
                    {
                        throw new EndOfStreamException("The temporary file is shorter than what was written to it.");
                    }
                }

                var taken = Math.Min(target.Length, _filled - _start);
                _buffer.AsSpan(_start, taken).CopyTo(target);
                _start += taken;
                target = target[taken..];
            }
        }
    }
}
