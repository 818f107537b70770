using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Exchange.Signing;

namespace Exchange.Engine.Contents;

/// <summary>
/// Writes a content file from rows that come sorted by place. Memory holds the sections that wait for their keys, at
/// most a few megabytes. Not thread-safe.
/// </summary>
internal sealed class ContentWriter : IDisposable
{
    private const int WaitingSectionsMax = 1000;
    private const int WaitingSizeBytesMax = 8 * 1024 * 1024;

    private readonly Stream _target;
    private readonly ISubjectKeys _keys;
    private readonly ReadOnlyMemory<byte> _saltSecret;
    private readonly ContentHeader _header;
    private readonly byte[] _headerBytes;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly MerkleRoot _tree = new();
    private readonly List<Waiting> _waiting = [];
    private readonly ArrayBufferWriter<byte> _output = new(256 * 1024);
    private ArrayBufferWriter<byte> _rows = new(4096);
    private SubjectPlace? _place;
    private int _rowsInSection;
    private int _part;
    private long _waitingSizeBytes;
    private long _sections;
    private long _rowsTotal;
    private long _rowsSizeBytes;

    internal ContentWriter(Stream target, ISubjectKeys keys, ReadOnlyMemory<byte> saltSecret, ContentHeader header)
    {
        (_target, _keys, _saltSecret, _header) = (target, keys, saltSecret, header);
        _headerBytes = WireCodec<ContentHeader>.Encode(header);
        Write(ContentForm.Magic);
        WriteNumber(_headerBytes.Length);
        Write(_headerBytes);

        // The first leaf is the header, so that no two revisions have the same name, not even without rows.
        _tree.Add(Hashes.Tagged(HashTag.Entry, _headerBytes));
    }

    internal long Rows => _rowsTotal;

    /// <summary>Takes the next row in the order of places; of nobody where content has no subjects.</summary>
    internal async ValueTask AddAsync(
        SubjectPlace? place, ReadOnlyMemory<byte> row, CancellationToken cancellationToken)
    {
        if (!Equals(_place, place))
        {
            await EndSectionAsync(cancellationToken).ConfigureAwait(false);
            _place = place;
            _part = 0;
        }

        _rows.Write(row.Span);
        _rowsInSection++;
        _rowsTotal++;
        _rowsSizeBytes += row.Length;
        if (_rowsInSection == ContentForm.SectionRowsMax || _rows.WrittenCount >= ContentForm.SectionSizeBytesMin)
        {
            await EndSectionAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes what is left and the end; answers the content's digest.</summary>
    internal async ValueTask<Digest> CompleteAsync(CancellationToken cancellationToken)
    {
        await EndSectionAsync(cancellationToken).ConfigureAwait(false);
        await SealWaitingAsync(cancellationToken).ConfigureAwait(false);
        Write([ContentForm.End]);
        var end = new byte[ContentForm.EndSizeBytes];
        BinaryPrimitives.WriteInt64BigEndian(end, _sections);
        BinaryPrimitives.WriteInt64BigEndian(end.AsSpan(8), _rowsTotal);
        BinaryPrimitives.WriteInt64BigEndian(end.AsSpan(16), _rowsSizeBytes);
        Write(end);
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        await _target.FlushAsync(cancellationToken).ConfigureAwait(false);
        return _header.HasSubjects ? _tree.Root() : new Digest(_hash.GetHashAndReset());
    }

    public void Dispose() => _hash.Dispose();

    private async ValueTask EndSectionAsync(CancellationToken cancellationToken)
    {
        if (_rowsInSection == 0)
        {
            return;
        }

        _sections++;
        if (_place is { } place)
        {
            _waiting.Add(new(place, _part++, _rowsInSection, _rows));
            _waitingSizeBytes += _rows.WrittenCount;
            _rows = new ArrayBufferWriter<byte>(512);
        }
        else
        {
            Write([ContentForm.Plain]);
            WriteNumber(_rowsInSection);
            WriteNumber(_rows.WrittenCount);
            Write(_rows.WrittenSpan);
            _rows.ResetWrittenCount();
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        _rowsInSection = 0;
        if (_waiting.Count >= WaitingSectionsMax || _waitingSizeBytes >= WaitingSizeBytesMax)
        {
            await SealWaitingAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask SealWaitingAsync(CancellationToken cancellationToken)
    {
        ImmutableArray<ChainId> households =
            [.. _waiting.Select(one => new ChainId(GrainKind.Household, one.Place.Household)).Distinct()];
        if (households.IsEmpty)
        {
            return;
        }

        var keys = await _keys.GetOrCreateAsync(households, cancellationToken).ConfigureAwait(false);
        var next = 0;
        RowBlockSealer? sealer = null;
        GrainKey? household = null;
        try
        {
            foreach (var section in _waiting)
            {
                // Sections are sorted, so households come in the order in which their keys were asked for.
                if (household != section.Place.Household)
                {
                    sealer?.Dispose();
                    household = section.Place.Household;
                    sealer = new RowBlockSealer(keys[next++], _header.Dataset, new(_header.Upload));
                }

                WriteSealed(section, sealer!);
                await FlushAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            sealer?.Dispose();
        }

        _waiting.Clear();
        _waitingSizeBytes = 0;
    }

    private void WriteSealed(Waiting section, RowBlockSealer sealer)
    {
        var plain = new byte[ContentForm.SaltSizeBytes + section.Rows.WrittenCount];
        WriteSalt(section, plain);
        section.Rows.WrittenSpan.CopyTo(plain.AsSpan(ContentForm.SaltSizeBytes));
        var commitment = ContentForm.Commitment(
            plain.AsSpan(0, ContentForm.SaltSizeBytes), section.Place, section.Rows.WrittenSpan);
        _tree.Add(ContentForm.Leaf(commitment));

        Span<byte> head = stackalloc byte[ContentForm.HeadSizeBytesMax];
        head = head[..ContentForm.WriteHead(head, section.Place, section.RowCount, commitment)];
        var block = sealer.Seal(plain, head);
        CryptographicOperations.ZeroMemory(plain);
        Write([ContentForm.Sealed]);
        Write(head);
        WriteNumber(block.Length);
        Write(block);
    }

    // First 16 bytes of HMAC-SHA-256(secret, [header, household, member or "", identifier, part]): the same again for a
    // retry, so that the same content has the same name.
    private void WriteSalt(Waiting section, Span<byte> target)
    {
        var writer = new CanonicalWriter();
        writer.WriteArray(5);
        writer.WriteBinary(_headerBytes);
        writer.WriteText(section.Place.Household.Value);
        writer.WriteText(section.Place.Member?.Value ?? "");
        writer.WriteText(section.Place.Identifier.Value);
        writer.WriteInteger(section.Part);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        _ = HMACSHA256.HashData(_saltSecret.Span, writer.Written, hash);
        hash[..ContentForm.SaltSizeBytes].CopyTo(target);
    }

    private void Write(ReadOnlySpan<byte> bytes) => _output.Write(bytes);

    private void WriteNumber(int number)
    {
        BinaryPrimitives.WriteInt32BigEndian(_output.GetSpan(sizeof(int)), number);
        _output.Advance(sizeof(int));
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (!_header.HasSubjects)
        {
            _hash.AppendData(_output.WrittenSpan);
        }

        await _target.WriteAsync(_output.WrittenMemory, cancellationToken).ConfigureAwait(false);
        _output.ResetWrittenCount();
    }

    private sealed record Waiting(SubjectPlace Place, int Part, int RowCount, ArrayBufferWriter<byte> Rows);
}
