using System.Buffers.Binary;
using System.Text;

namespace Exchange.Engine.Contents;

/// <summary>
/// Reads a content file section by section in bounded memory, and tells at its end whether it is the content of its
/// name. Not thread-safe.
/// </summary>
internal sealed class ContentReader
{
    private readonly Stream _source;
    private readonly byte[] _buffer = new byte[256 * 1024];
    private readonly byte[] _small = new byte[sizeof(int)];
    private readonly MerkleRoot _tree = new();
    private readonly System.Security.Cryptography.IncrementalHash? _hash;
    private int _start;
    private int _end;
    private SubjectPlace? _last;
    private long _sections;
    private long _rows;

    private ContentReader(Stream source, System.Security.Cryptography.IncrementalHash hash) =>
        (_source, _hash) = (source, hash);

    internal ContentHeader Header { get; private set; } = null!;

    /// <summary>Reads the header.</summary>
    /// <exception cref="InvalidDataException">The bytes are no content file.</exception>
    internal static async ValueTask<ContentReader> OpenAsync(Stream source, CancellationToken cancellationToken)
    {
        var reader = new ContentReader(
            source,
            System.Security.Cryptography.IncrementalHash.CreateHash(
                System.Security.Cryptography.HashAlgorithmName.SHA256));
        var magic = new byte[ContentForm.Magic.Length + sizeof(int)];
        await reader.TakeAsync(magic, cancellationToken).ConfigureAwait(false);
        var size = BinaryPrimitives.ReadInt32BigEndian(magic.AsSpan(ContentForm.Magic.Length));
        if (!magic.AsSpan().StartsWith(ContentForm.Magic) || size is < 0 or > ContentHeader.SizeBytesMax)
        {
            throw Wrong("Expected a content file");
        }

        var header = new byte[size];
        await reader.TakeAsync(header, cancellationToken).ConfigureAwait(false);
        try
        {
            reader.Header = WireCodec<ContentHeader>.Decode(header);
        }
        catch (CanonicalFormatException wrong)
        {
            throw new InvalidDataException("Expected the header of a content file.", wrong);
        }

        reader._tree.Add(Hashes.Tagged(HashTag.Entry, header));
        return reader;
    }

    /// <summary>The next section, or nothing behind the last one.</summary>
    /// <exception cref="InvalidDataException">The bytes are no content file.</exception>
    internal async ValueTask<ContentSection?> NextAsync(CancellationToken cancellationToken)
    {
        await TakeAsync(_small.AsMemory(0, 1), cancellationToken).ConfigureAwait(false);
        switch (_small[0])
        {
            case ContentForm.End:
                await EndAsync(cancellationToken).ConfigureAwait(false);
                return null;
            case ContentForm.Sealed when Header.HasSubjects:
                return await SealedAsync(cancellationToken).ConfigureAwait(false);
            case ContentForm.Plain when !Header.HasSubjects:
                return await PlainAsync(cancellationToken).ConfigureAwait(false);
            default:
                throw Wrong($"Expected a section, found mark {_small[0]}");
        }
    }

    /// <summary>The digest of the file, once <see cref="NextAsync"/> answered nothing.</summary>
    internal Digest Digest() => Header.HasSubjects ? _tree.Root() : new Digest(_hash!.GetCurrentHash());

    private async ValueTask<ContentSection> SealedAsync(CancellationToken cancellationToken)
    {
        var head = new byte[ContentForm.HeadSizeBytesMax];
        var at = 0;
        for (var key = 0; key < 3; key++)
        {
            await TakeAsync(head.AsMemory(at, 1), cancellationToken).ConfigureAwait(false);
            if (head[at] > GrainKey.LengthMax)
            {
                throw Wrong($"Expected a key of at most {GrainKey.LengthMax} bytes, found {head[at]}");
            }

            await TakeAsync(head.AsMemory(at + 1, head[at]), cancellationToken).ConfigureAwait(false);
            at += 1 + head[at];
        }

        const int FixedSizeBytes = sizeof(long) + sizeof(int) + Exchange.Ledger.Digest.SizeBytes;
        await TakeAsync(head.AsMemory(at, FixedSizeBytes), cancellationToken).ConfigureAwait(false);
        var rows = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(at + 8));
        var commitment = new Digest(head.AsSpan(at + 12, Exchange.Ledger.Digest.SizeBytes));
        var place = PlaceOf(head, BinaryPrimitives.ReadInt64BigEndian(head.AsSpan(at)));
        if (_last is not null && _last > place)
        {
            throw Wrong("Expected sections that ascend");
        }

        _last = place == _last ? _last : place;
        _tree.Add(ContentForm.Leaf(commitment));
        var body = await TakeBodyAsync(rows, cancellationToken).ConfigureAwait(false);
        return new(_last, rows, commitment, head.AsMemory(0, at + FixedSizeBytes), body);
    }

    private async ValueTask<ContentSection> PlainAsync(CancellationToken cancellationToken)
    {
        await TakeAsync(_small, cancellationToken).ConfigureAwait(false);
        var rows = BinaryPrimitives.ReadInt32BigEndian(_small);
        var body = await TakeBodyAsync(rows, cancellationToken).ConfigureAwait(false);
        return new(null, rows, default, default, body);
    }

    private async ValueTask<byte[]> TakeBodyAsync(int rows, CancellationToken cancellationToken)
    {
        await TakeAsync(_small, cancellationToken).ConfigureAwait(false);
        var sizeBytes = BinaryPrimitives.ReadInt32BigEndian(_small);
        if (sizeBytes is < 0 or > ContentForm.SectionSizeBytesMax || rows is < 1 or > ContentForm.SectionRowsMax)
        {
            throw Wrong($"Expected a section within its limits, found {rows} rows in {sizeBytes} bytes");
        }

        var body = new byte[sizeBytes];
        await TakeAsync(body, cancellationToken).ConfigureAwait(false);
        _sections++;
        _rows += rows;
        return body;
    }

    private async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        var end = new byte[ContentForm.EndSizeBytes];
        await TakeAsync(end, cancellationToken).ConfigureAwait(false);
        var sections = BinaryPrimitives.ReadInt64BigEndian(end);
        var rows = BinaryPrimitives.ReadInt64BigEndian(end.AsSpan(8));
        if (_start < _end || await _source.ReadAsync(_buffer, cancellationToken).ConfigureAwait(false) > 0)
        {
            throw Wrong("Expected the end of a content file");
        }

        if (sections != _sections || rows != _rows)
        {
            throw Wrong($"Expected {sections} sections with {rows} rows, found {_sections} with {_rows}");
        }
    }

    private static SubjectPlace PlaceOf(ReadOnlySpan<byte> head, long link)
    {
        var household = TakeKey(ref head);
        var member = TakeKey(ref head);
        var identifier = TakeKey(ref head);
        return household is { } known && identifier is { } by
            ? new(known, member, by, new(link))
            : throw Wrong("Expected the keys of a section");
    }

    private static GrainKey? TakeKey(ref ReadOnlySpan<byte> head)
    {
        var size = head[0];
        var text = Encoding.ASCII.GetString(head.Slice(1, size));
        head = head[(1 + size)..];
        return GrainKey.TryParse(text, out var key) ? key
            : size == 0 ? null
            : throw Wrong("Expected the key of a grain");
    }

    private async ValueTask TakeAsync(Memory<byte> target, CancellationToken cancellationToken)
    {
        while (target.Length > 0)
        {
            if (_start == _end)
            {
                _start = 0;
                _end = await _source.ReadAsync(_buffer, cancellationToken).ConfigureAwait(false);
                if (_end == 0)
                {
                    throw Wrong("Expected more of a content file, found its end");
                }
            }

            var size = Math.Min(target.Length, _end - _start);
            _buffer.AsMemory(_start, size).CopyTo(target);
            if (Header is not { HasSubjects: true })
            {
                _hash!.AppendData(_buffer.AsSpan(_start, size));
            }

            _start += size;
            target = target[size..];
        }
    }

    private static InvalidDataException Wrong(string message) => new(message + ".");
}
