namespace Exchange.Grains.Agreements.Manifests;

// family: the bytes of a manifest as content
//
// u32 size of the header || header || u64 count of leaves || for each leaf: u16 size || leaf
// Numbers are big-endian; header and leaf are the canonical encodings of ManifestHeader and ManifestLeaf; leaves
// ascend.
// See docs/ledger-format.md, "Manifests".

/// <summary>Takes bytes; what a caller's stream is to a writer.</summary>
public delegate void TakeBytes(ReadOnlySpan<byte> bytes);

/// <summary>
/// Fills at most the target and answers how many bytes; 0 at the end. What a caller's stream is to a reader.
/// </summary>
public delegate int GiveBytes(Span<byte> target);

/// <summary>The limits of the form.</summary>
public static class ManifestFile
{
    /// <summary>The greatest size of a header: that of the most blocks there may be, and more.</summary>
    public const int HeaderSizeBytesMax = 96 * 1024 * 1024;

    /// <summary>The greatest size of a leaf.</summary>
    public const int LeafSizeBytesMax = 1024;
}

/// <summary>Writes a manifest from front to back. Not thread-safe.</summary>
public sealed class ManifestWriter
{
    private readonly TakeBytes _target;
    private readonly byte[] _header;
    private readonly TreeSize _stated;
    private readonly ManifestRoot _root = new();
    private readonly CanonicalWriter _leaf = new();
    private ManifestLeaf? _last;

    /// <summary>Writes the header and how many leaves will follow.</summary>
    public ManifestWriter(TakeBytes target, ManifestHeader header, TreeSize leaves)
    {
        _target = target;
        _header = WireCodec<ManifestHeader>.Encode(header);
        _stated = leaves;
        Span<byte> size = stackalloc byte[sizeof(long)];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(size, _header.Length);
        target(size[..sizeof(int)]);
        target(_header);
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(size, leaves.Value);
        target(size);
    }

    /// <summary>Writes the next leaf.</summary>
    /// <exception cref="ArgumentException">It is not above the leaf before.</exception>
    public void Write(ManifestLeaf leaf)
    {
        if (_last is not null && !leaf.IsAbove(_last))
        {
            throw new ArgumentException("Expected leaves that ascend by household, member, identifier and block.");
        }

        _last = leaf;
        _leaf.Reset();
        WireCodec<ManifestLeaf>.Write(_leaf, leaf);
        Span<byte> size = stackalloc byte[sizeof(ushort)];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(size, (ushort)_leaf.Written.Length);
        _target(size);
        _target(_leaf.Written);
        _root.Add(_leaf.Written);
    }

    /// <summary>The manifest's root, once every leaf was written.</summary>
    /// <exception cref="InvalidOperationException">Another number of leaves was written than stated.</exception>
    public Digest Complete() => _root.Leaves == _stated
        ? _root.Root(_header)
        : throw new InvalidOperationException($"Expected {_stated.Value} leaves, found {_root.Leaves.Value}.");
}

/// <summary>
/// Reads a manifest from front to back; memory does not grow with its leaves. Refuses whatever the writer would not
/// have written. Not thread-safe.
/// </summary>
public sealed class ManifestReader
{
    private readonly GiveBytes _source;
    private readonly byte[] _headerBytes;
    private readonly byte[] _leaf = new byte[ManifestFile.LeafSizeBytesMax];
    private readonly byte[] _buffer = new byte[32 * 1024];
    private readonly ManifestRoot _root = new();
    private int _start;
    private int _end;
    private ManifestLeaf? _last;
    private bool _ended;

    /// <summary>Reads the header.</summary>
    /// <exception cref="CanonicalFormatException">The bytes are not those of a manifest.</exception>
    public ManifestReader(GiveBytes source)
    {
        _source = source;
        Span<byte> number = stackalloc byte[sizeof(long)];
        Take(number[..sizeof(int)], "the size of a header");
        var size = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(number);
        _headerBytes = TakeHeader(size);
        Header = WireCodec<ManifestHeader>.Decode(_headerBytes);
        CheckHeader(Header);
        Take(number, "the count of leaves");
        var leaves = System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(number);
        Leaves = leaves >= 0 ? new(leaves) : throw Wrong($"Expected a count of leaves, found {leaves}");
    }

    public ManifestHeader Header { get; }

    /// <summary>How many leaves the manifest states.</summary>
    public TreeSize Leaves { get; }

    /// <summary>The next leaf, or nothing behind the last one; then the end of the bytes was seen too.</summary>
    /// <exception cref="CanonicalFormatException">The bytes are not those of a manifest.</exception>
    public ManifestLeaf? Next()
    {
        if (_ended)
        {
            return null;
        }

        if (_root.Leaves == Leaves)
        {
            _ended = true;
            return _start == _end && _source(_buffer) == 0 ? null : throw Wrong("Expected the end of a manifest");
        }

        Span<byte> sizeBytes = stackalloc byte[sizeof(ushort)];
        Take(sizeBytes, "the size of a leaf");
        var size = System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(sizeBytes);
        if (size > ManifestFile.LeafSizeBytesMax)
        {
            throw Wrong($"Expected a leaf of at most {ManifestFile.LeafSizeBytesMax} bytes, found {size}");
        }

        var bytes = _leaf.AsSpan(0, size);
        Take(bytes, "a leaf");
        var leaf = WireCodec<ManifestLeaf>.Decode(bytes);
        if (_last is not null && !leaf.IsAbove(_last))
        {
            throw Wrong($"Expected a leaf above {_last.Household}, found {leaf.Household}");
        }

        if (leaf.Block < 0 || leaf.Block >= Header.Blocks.Length || leaf.Rows < 1)
        {
            throw Wrong($"Expected rows of one of {Header.Blocks.Length} blocks, found block {leaf.Block}");
        }

        _last = leaf;
        _root.Add(bytes);
        return leaf;
    }

    /// <summary>The root of what was read, once <see cref="Next"/> answered nothing.</summary>
    /// <exception cref="InvalidOperationException">Leaves are left.</exception>
    public Digest Root() => _ended
        ? _root.Root(_headerBytes)
        : throw new InvalidOperationException(
            $"Expected {Leaves.Value} leaves to be read, found {_root.Leaves.Value}.");

    /// <summary>Whether bytes are a manifest with this root; reads them to their end.</summary>
    public static bool HasRoot(GiveBytes source, Digest root)
    {
        try
        {
            var reader = new ManifestReader(source);
            while (reader.Next() is not null)
            {
            }

            return reader.Root() == root;
        }
        catch (CanonicalFormatException)
        {
            return false;
        }
    }

    private static void CheckHeader(ManifestHeader header)
    {
        for (var i = 0; i < header.Blocks.Length; i++)
        {
            if (header.Blocks[i].Number != i)
            {
                throw Wrong($"Expected block {i}, found {header.Blocks[i].Number}");
            }
        }

        for (var i = 0; i < header.Withheld.Length; i++)
        {
            if (header.Withheld[i].Rows < 1 || (i > 0 && header.Withheld[i - 1].Reason >= header.Withheld[i].Reason))
            {
                throw Wrong("Expected reasons that ascend, each of at least one row");
            }
        }
    }

    // Grows with what is there, so that a forged size allocates nothing.
    private byte[] TakeHeader(uint size)
    {
        if (size > ManifestFile.HeaderSizeBytesMax)
        {
            throw Wrong($"Expected a header of at most {ManifestFile.HeaderSizeBytesMax} bytes, found {size}");
        }

        var bytes = Array.Empty<byte>();
        while (bytes.Length < size)
        {
            var filled = bytes.Length;
            Array.Resize(ref bytes, (int)Math.Min(size, Math.Max(filled * 2L, 64 * 1024)));
            Take(bytes.AsSpan(filled), "a header");
        }

        return bytes;
    }

    private void Take(scoped Span<byte> target, string what)
    {
        while (target.Length > 0)
        {
            if (_start == _end)
            {
                _start = 0;
                _end = _source(_buffer);
                if (_end == 0)
                {
                    throw Wrong($"Expected {what}, found the end");
                }
            }

            var size = Math.Min(target.Length, _end - _start);
            _buffer.AsSpan(_start, size).CopyTo(target);
            _start += size;
            target = target[size..];
        }
    }

    private static CanonicalFormatException Wrong(string message) => new(message, offset: 0);
}
