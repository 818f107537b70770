using System.Text;
using System.Threading.Channels;
using Exchange.Engine.Contents;
using Exchange.Signing;

namespace Exchange.Engine.Delivery;

/// <summary>
/// Reads, opens and cuts content into blocks ahead of the stream that hands them over, so that opening and handing over
/// go on at the same time. What is opened here and withheld later never leaves the process.
/// </summary>
internal sealed class BlockPreparation(
    ContentReader content, ISubjectKeys keys, ReadOnlyMemory<byte> pseudonymSecret, ChainId agreement, int rowsMax)
{
    internal const int BlocksAhead = 2;

    private readonly List<ContentSection> _waiting = [];
    private PreparedBlock _block = new();
    private int _waitingRows;
    private (GrainKey Household, GrainKey? Member, ReadOnlyMemory<byte> Subject)? _lastSubject;

    /// <summary>
    /// Writes all blocks; answers the content's digest as read. Ends the channel with what went wrong, if so.
    /// </summary>
    internal async Task<Digest> RunAsync(ChannelWriter<PreparedBlock> target, CancellationToken cancellationToken)
    {
        while (await content.NextAsync(cancellationToken).ConfigureAwait(false) is { } section)
        {
            _waiting.Add(section);
            _waitingRows += section.Rows;
            if (_waitingRows >= rowsMax)
            {
                await CutAsync(target, cancellationToken).ConfigureAwait(false);
            }
        }

        await CutAsync(target, cancellationToken).ConfigureAwait(false);
        if (_block.RowCount > 0)
        {
            await target.WriteAsync(_block, cancellationToken).ConfigureAwait(false);
        }

        return content.Digest();
    }

    private async ValueTask CutAsync(ChannelWriter<PreparedBlock> target, CancellationToken cancellationToken)
    {
        var sealers = await SealersAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (var section in _waiting)
            {
                var rows = section.Place is { } place
                    ? Open(section, sealers[place.Household])
                    : section.Body;
                await CutAsync(section, rows, target, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            foreach (var sealer in sealers.Values)
            {
                sealer.Dispose();
            }
        }

        _waiting.Clear();
        _waitingRows = 0;
    }

    private async ValueTask CutAsync(
        ContentSection section, ReadOnlyMemory<byte> rows, ChannelWriter<PreparedBlock> target,
        CancellationToken cancellationToken)
    {
        var subject = section.Place is { } place ? SubjectOf(place) : default;
        while (!rows.IsEmpty)
        {
            var (count, size) = Fit(rows.Span);
            _block.Add(new(section.Place, subject, rows[..size], count));
            rows = rows[size..];
            if (_block.RowCount == rowsMax || _block.SizeBytes >= DeliveryOptions.BlockSizeBytesMin)
            {
                await target.WriteAsync(_block, cancellationToken).ConfigureAwait(false);
                _block = new();
            }
        }
    }

    // How many of the rows fit into the block that is open, at least one.
    private (int Count, int SizeBytes) Fit(ReadOnlySpan<byte> rows)
    {
        var (count, at) = (0, 0);
        do
        {
            at += RowEncoding.SizeOf(rows[at..]);
            count++;
        }
        while (at < rows.Length && _block.RowCount + count < rowsMax
            && _block.SizeBytes + at < DeliveryOptions.BlockSizeBytesMin);

        return (count, at);
    }

    private async ValueTask<Dictionary<GrainKey, RowBlockSealer>> SealersAsync(CancellationToken cancellationToken)
    {
        var households = ImmutableArray.CreateBuilder<ChainId>(_waiting.Count);
        foreach (var section in _waiting)
        {
            // Sections ascend, so that those of one household come one behind the other.
            if (section.Place is { } place && (households.Count == 0 || households[^1].Key != place.Household))
            {
                households.Add(new(GrainKind.Household, place.Household));
            }
        }

        var sealers = new Dictionary<GrainKey, RowBlockSealer>(households.Count);
        if (households.Count == 0)
        {
            return sealers;
        }

        var subjects = households.DrainToImmutable();
        var found = await keys.FindAsync(subjects, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < subjects.Length; i++)
        {
            var key = found[i] ?? throw new InvalidDataException($"Expected the key of {subjects[i].Key}, found none.");
            sealers.Add(subjects[i].Key, new(key, content.Header.Dataset, new(content.Header.Upload)));
        }

        return sealers;
    }

    private static ReadOnlyMemory<byte> Open(ContentSection section, RowBlockSealer sealer)
    {
        var target = new byte[Math.Max(0, section.Body.Length - RowBlockSealer.OverheadSizeBytes)];
        return sealer.TryOpen(section.Body.Span, section.Head.Span, target, out var size)
            && size > ContentForm.SaltSizeBytes
            ? target.AsMemory(ContentForm.SaltSizeBytes, size - ContentForm.SaltSizeBytes)
            : throw new InvalidDataException("Expected rows sealed for their household, found other bytes.");
    }

    private ReadOnlyMemory<byte> SubjectOf(SubjectPlace place)
    {
        if (_lastSubject is { } last && last.Household == place.Household && last.Member == place.Member)
        {
            return last.Subject;
        }

        var pseudonym = SecretIds.Pseudonym(
            pseudonymSecret.Span, agreement, new(GrainKind.Household, place.Household), place.Member?.Value);
        var subject = Encoding.ASCII.GetBytes(pseudonym.Value);
        _lastSubject = (place.Household, place.Member, subject);
        return subject;
    }
}
