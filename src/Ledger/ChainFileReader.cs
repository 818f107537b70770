using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Exchange.Ledger;

/// <summary>
/// Reads a chain file out of a seekable stream that the caller opened and closes. Enumerations may alternate, but only
/// one thread may read. Memory grows with the number of chains only. Reading a damaged part throws
/// <see cref="InvalidDataException"/>; <see cref="FindDamage"/> says beforehand what is damaged.
/// </summary>
public sealed class ChainFileReader
{
    private readonly Stream _stream;
    private readonly ChainFileOffsets? _offsets;
    private readonly StatedChain[] _chains;
    private readonly long _chainsPosition;

    private ChainFileReader(Stream stream, ExchangeId exchange, StatedChain[] chains, long chainsPosition)
    {
        _stream = stream;
        _chains = chains;
        _chainsPosition = chainsPosition;
        Exchange = exchange;
        _offsets = ChainFileOffsets.TryLoad(stream, chains.Length, chainsPosition);
    }

    /// <summary>The exchange whose chains these are.</summary>
    public ExchangeId Exchange { get; }

    /// <summary>The chains that the file states, sorted.</summary>
    public IReadOnlyList<StatedChain> StatedChains => _chains;

    /// <summary>Reads the head of the file, the list of chains, and the table of offsets if it is sound.</summary>
    public static ChainFileOpening Open(Stream stream)
    {
        var source = new ForwardSource(stream, 0);
        if (!source.TryTake(ChainFileFormat.Magic.Length, out var magic)
            || !magic.Span.SequenceEqual(ChainFileFormat.Magic))
        {
            return new ChainFileOpening.NotAChainFile();
        }

        var ends = EndsWithMark(stream);
        if (!source.TryTakeUInt16(out var format))
        {
            return new ChainFileOpening.Truncated(Readable: null);
        }

        if (format != ChainFileFormat.Format)
        {
            return new ChainFileOpening.UnknownFormat(Expected: new(ChainFileFormat.Format), Found: new(format));
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var list = new ListReader(source, hash);
        if (list.Read(format) is { } reason)
        {
            return ends || !list.IsCut
                ? new ChainFileOpening.Damaged(new ChainFileDamage.List(reason))
                : new ChainFileOpening.Truncated(Readable: null);
        }

        var reader = new ChainFileReader(stream, list.Exchange, [.. list.Chains], source.Position);
        return ends ? new ChainFileOpening.Opened(reader) : new ChainFileOpening.Truncated(reader);
    }

    /// <summary>
    /// Every place where the file is damaged, as far as one can read behind each; nothing where it is sound.
    /// </summary>
    /// <param name="manifests">Says whether a manifest has its name; without it manifests are not compared with
    /// theirs.</param>
    /// <param name="progress">Told now and then how many entries were checked so far.</param>
    public IEnumerable<ChainFileDamage> FindDamage(
        ContentCheck? manifests = null, Action<EntryCount>? progress = null) =>
        new ChainFileInspection(_stream, this, _chainsPosition, _offsets, manifests, progress).Run();

    /// <summary>Finds what the file states about a chain.</summary>
    public bool TryFind(ChainId chain, out StatedChain? stated)
    {
        var at = IndexOf(chain);
        stated = at >= 0 ? _chains[at] : null;
        return at >= 0;
    }

    /// <summary>
    /// The entries of one chain in order; none for a chain that is not there. A view is valid until the next one.
    /// </summary>
    public IEnumerable<ReadOnlyMemory<byte>> ReadChain(ChainId chain)
    {
        var at = IndexOf(chain);
        if (at < 0)
        {
            yield break;
        }

        var source = new ForwardSource(_stream, Offsets.Chains[at]);
        for (var left = _chains[at].Count.Value; left > 0; left--)
        {
            yield return TakeEntry(source, _chains[at]);
        }
    }

    /// <summary>All entries, chain by chain in the order of the list. A view is valid until the next one.</summary>
    public IEnumerable<ChainFileEntry> ReadEntries()
    {
        var source = new ForwardSource(_stream, _chainsPosition);
        foreach (var stated in _chains)
        {
            for (var index = EntryIndex.BeforeFirst.Next; index <= stated.Head.Index; index = index.Next)
            {
                yield return new(stated, index, TakeEntry(source, stated));
            }
        }
    }

    /// <summary>All content items in the order of their names.</summary>
    public IEnumerable<ContentItem> ReadContent()
    {
        var position = Offsets.Content;
        while (NextItem(ref position) is { } item)
        {
            yield return item;
        }
    }

    /// <summary>Finds a content item by its digest.</summary>
    public ContentItem? FindContent(Digest digest)
    {
        var position = Offsets.ContentBefore(digest);
        while (NextItem(ref position) is { } item)
        {
            if (item.Name.Digest >= digest)
            {
                return item.Name.Digest == digest ? item : null;
            }
        }

        return null;
    }

    private ChainFileOffsets Offsets =>
        _offsets ?? throw new InvalidDataException("The table of offsets is damaged.");

    private int IndexOf(ChainId chain)
    {
        var (low, high) = (0, _chains.Length - 1);
        while (low <= high)
        {
            var middle = low + ((high - low) / 2);
            var order = _chains[middle].Chain.CompareTo(chain);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    private static ReadOnlyMemory<byte> TakeEntry(ForwardSource source, StatedChain stated) =>
        source.TryTakeUInt16(out var size) && size <= Entry.SizeBytesMax && source.TryTake(size, out var bytes)
            ? bytes
            : throw new InvalidDataException($"Expected {stated.Count} entries of {stated.Chain}, found fewer.");

    // Leaves the position behind the item, or gives nothing at the end of the content.
    private ContentItem? NextItem(ref long position)
    {
        var source = new ForwardSource(_stream, position);
        if (ContentHead.Take(source) is not { } head)
        {
            throw new InvalidDataException("Expected a content item or the end of the content.");
        }

        if (head.IsEnd)
        {
            return null;
        }

        var item = new ContentItem(_stream, head.Name, source.Position);
        var at = source.Position;
        var size = (uint)ChainFileFormat.ChunkSizeBytes;
        Span<byte> sizeBytes = stackalloc byte[sizeof(uint)];
        while (size == ChainFileFormat.ChunkSizeBytes)
        {
            _stream.Position = at;
            if (_stream.ReadAtLeast(sizeBytes, sizeof(uint), throwOnEndOfStream: false) < sizeof(uint))
            {
                throw new InvalidDataException("Expected a chunk of a content item, found the end of the file.");
            }

            size = BinaryPrimitives.ReadUInt32BigEndian(sizeBytes);
            at += sizeof(uint) + size;
        }

        position = at + Digest.SizeBytes;
        return item;
    }

    private static bool EndsWithMark(Stream stream)
    {
        var mark = new byte[ChainFileFormat.EndMark.Length];
        if (stream.Length < mark.Length)
        {
            return false;
        }

        stream.Position = stream.Length - mark.Length;
        return stream.ReadAtLeast(mark, mark.Length, throwOnEndOfStream: false) == mark.Length
            && mark.AsSpan().SequenceEqual(ChainFileFormat.EndMark);
    }
}

/// <summary>An entry as it stands in a chain file.</summary>
/// <param name="Stated">What the file states about its chain.</param>
/// <param name="Index">The place on the chain where it stands.</param>
/// <param name="Bytes">Its bytes, valid until the next entry is read.</param>
public readonly record struct ChainFileEntry(StatedChain Stated, EntryIndex Index, ReadOnlyMemory<byte> Bytes);
