using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Exchange.Ledger;

/// <summary>
/// Writes a chain file from front to back: every chain's entries in the order of the stated chains, then content
/// sorted by name, then <see cref="Complete"/>. The stream need not seek and stays open; without Complete the file
/// counts as truncated. Memory grows with the number of chains only. Not thread-safe.
/// </summary>
public sealed class ChainFileWriter : IDisposable
{
    private readonly Stream _target;
    private readonly IReadOnlyList<StatedChain> _chains;
    private readonly IncrementalHash _fileHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _sectionHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[ChainFileFormat.ChunkSizeBytes];
    private readonly byte[] _chunk = new byte[ChainFileFormat.ChunkSizeBytes];
    private readonly long[] _chainPositions;
    private readonly ContentIndex _contentIndex = new();
    private int _buffered;
    private long _position;
    private int _chainAt = -1;
    private long _entriesLeft;
    private long _contentPosition;
    private Digest? _lastName;
    private bool _itemOpen;
    private int _chunkFill;

    /// <summary>Writes the head of the file.</summary>
    /// <param name="target">Takes the bytes; the caller closes it.</param>
    /// <param name="exchange">The exchange whose chains these are.</param>
    /// <param name="chains">The chains, sorted, each once.</param>
    /// <exception cref="ArgumentException">The list is not sorted, or a head and its count do not fit.</exception>
    public ChainFileWriter(Stream target, ExchangeId exchange, IReadOnlyList<StatedChain> chains)
    {
        _target = target;
        _chains = chains;
        _chainPositions = new long[chains.Count];
        Write(ChainFileFormat.Magic);
        WriteUInt16(ChainFileFormat.Format);
        Write(exchange.Value.ToArray());
        WriteUInt32(chains.Count);
        var writer = new CanonicalWriter();
        for (var i = 0; i < chains.Count; i++)
        {
            var stated = chains[i];
            if ((i > 0 && chains[i - 1].Chain >= stated.Chain) || stated.Head.Index.CountThrough != stated.Count)
            {
                throw new ArgumentException(
                    $"{stated.Chain} is out of order or its count and head differ.", nameof(chains));
            }

            writer.Reset();
            WriteRecord(writer, stated);
            WriteUInt16(writer.Written.Length);
            Write(writer.Written);
        }

        WriteSectionDigest();
        NextChain();
    }

    /// <summary>Writes the next entry of the first chain that is not complete yet.</summary>
    /// <exception cref="InvalidOperationException">All stated entries were written.</exception>
    public void WriteEntry(ReadOnlySpan<byte> entryBytes)
    {
        if (_chainAt == _chains.Count)
        {
            throw new InvalidOperationException("Expected content or the end: every stated entry was written.");
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(entryBytes.Length, Entry.SizeBytesMax);
        WriteUInt16(entryBytes.Length);
        Write(entryBytes);
        _entriesLeft--;
        NextChain();
    }

    /// <summary>Writes one content item; names must ascend.</summary>
    public void WriteContent(ContentName item, Stream bytes)
    {
        BeginContent(item);
        var piece = new byte[ChainFileFormat.ChunkSizeBytes];
        for (var read = bytes.Read(piece); read > 0; read = bytes.Read(piece))
        {
            AppendContent(piece.AsSpan(0, read));
        }

        EndContent();
    }

    /// <summary>Begins a content item whose bytes follow by <see cref="AppendContent"/>; names must ascend.</summary>
    /// <exception cref="InvalidOperationException">Entries are missing, or an item is still open.</exception>
    /// <exception cref="ArgumentException">The name is not above the last one.</exception>
    public void BeginContent(ContentName item)
    {
        ExpectContent();
        if (_lastName is { } last && last >= item.Digest)
        {
            throw new ArgumentException($"Expected a name above {last}, found {item.Digest}.", nameof(item));
        }

        _contentIndex.Add(item.Digest, _position);
        (_itemOpen, _lastName, _chunkFill) = (true, item.Digest, 0);
        _ = _sectionHash.GetHashAndReset();
        Write([ChainFileFormat.ItemMark]);
        Write(item.Digest.Span);
        Write([(byte)item.Kind.Value.Length]);
        Write(System.Text.Encoding.ASCII.GetBytes(item.Kind.Value));
    }

    /// <summary>Appends bytes to the open content item.</summary>
    /// <exception cref="InvalidOperationException">No item is open.</exception>
    public void AppendContent(ReadOnlySpan<byte> bytes)
    {
        ExpectItem();
        while (!bytes.IsEmpty)
        {
            var taken = Math.Min(bytes.Length, _chunk.Length - _chunkFill);
            bytes[..taken].CopyTo(_chunk.AsSpan(_chunkFill));
            bytes = bytes[taken..];
            _chunkFill += taken;
            if (_chunkFill == _chunk.Length)
            {
                WriteChunk();
            }
        }
    }

    /// <summary>Ends the open content item.</summary>
    /// <exception cref="InvalidOperationException">No item is open.</exception>
    public void EndContent()
    {
        ExpectItem();

        // The first chunk that is not full, even an empty one, ends the item.
        WriteChunk();
        WriteSectionDigest();
        _itemOpen = false;
    }

    /// <summary>Writes offsets and trailer. The file is whole when this returns and the stream is flushed.</summary>
    /// <exception cref="InvalidOperationException">Entries are missing, or an item is still open.</exception>
    public void Complete()
    {
        ExpectContent();
        Write([ChainFileFormat.ContentEndMark]);
        var offsets = _position;
        _ = _sectionHash.GetHashAndReset();
        foreach (var position in _chainPositions)
        {
            WriteUInt64(position);
        }

        WriteUInt64(_contentPosition);
        WriteUInt64(_contentIndex.Count);
        WriteUInt32(_contentIndex.Points.Count);
        foreach (var (name, position) in _contentIndex.Points)
        {
            Write(name.Span);
            WriteUInt64(position);
        }

        WriteSectionDigest();
        WriteUInt64(offsets);
        Flush();
        Span<byte> digest = stackalloc byte[Digest.SizeBytes];
        _ = _fileHash.GetHashAndReset(digest);
        _target.Write(digest);
        _target.Write(ChainFileFormat.EndMark);
        _target.Flush();
    }

    /// <summary>Frees the hashes; the stream stays open.</summary>
    public void Dispose()
    {
        _fileHash.Dispose();
        _sectionHash.Dispose();
    }

    internal static void WriteRecord(CanonicalWriter writer, StatedChain stated)
    {
        writer.WriteArray(3);
        writer.WriteChain(stated.Chain);
        writer.WriteInteger(stated.Count.Value);
        writer.WriteDigest(stated.Head.Hash);
    }

    // Steps over complete chains; empty ones have a position too.
    private void NextChain()
    {
        while (_entriesLeft == 0)
        {
            _chainAt++;
            if (_chainAt == _chains.Count)
            {
                _contentPosition = _position;
                return;
            }

            _chainPositions[_chainAt] = _position;
            _entriesLeft = _chains[_chainAt].Count.Value;
        }
    }

    private void ExpectContent()
    {
        if (_chainAt < _chains.Count)
        {
            throw new InvalidOperationException($"Expected {_entriesLeft} more entries of {_chains[_chainAt].Chain}.");
        }

        if (_itemOpen)
        {
            throw new InvalidOperationException("Expected the end of the open content item.");
        }
    }

    private void ExpectItem()
    {
        if (!_itemOpen)
        {
            throw new InvalidOperationException("Expected an open content item.");
        }
    }

    private void WriteChunk()
    {
        WriteUInt32(_chunkFill);
        Write(_chunk.AsSpan(0, _chunkFill));
        _chunkFill = 0;
    }

    private void WriteSectionDigest()
    {
        Span<byte> digest = stackalloc byte[Digest.SizeBytes];
        _ = _sectionHash.GetHashAndReset(digest);
        Write(digest);
    }

    private void WriteUInt16(int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        Write(bytes);
    }

    private void WriteUInt32(int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)value);
        Write(bytes);
    }

    private void WriteUInt64(long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, (ulong)value);
        Write(bytes);
    }

    private void Write(scoped ReadOnlySpan<byte> bytes)
    {
        _position += bytes.Length;
        if (_chainAt < 0 || _chainAt == _chains.Count)
        {
            _sectionHash.AppendData(bytes);
        }

        while (!bytes.IsEmpty)
        {
            var taken = Math.Min(bytes.Length, _buffer.Length - _buffered);
            bytes[..taken].CopyTo(_buffer.AsSpan(_buffered));
            bytes = bytes[taken..];
            _buffered += taken;
            if (_buffered == _buffer.Length)
            {
                Flush();
            }
        }
    }

    private void Flush()
    {
        _fileHash.AppendData(_buffer.AsSpan(0, _buffered));
        _target.Write(_buffer, 0, _buffered);
        _buffered = 0;
    }
}
