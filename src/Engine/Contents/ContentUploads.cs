using System.Buffers;
using System.Security.Cryptography;
using Exchange.Engine.Ports;
using Exchange.Grains.Datasets;
using Exchange.Grains.Facts;

namespace Exchange.Engine.Contents;

/// <summary>Takes the content of declared revisions. Thread-safe.</summary>
public sealed class ContentUploads(
    IExchange exchange, IRowStore rows, IContentStore contents, ISubjectKeys keys, ContentSecrets secrets,
    UploadOptions options) : IContentUploads
{
    public async ValueTask<UploadOutcome> UploadAsync(
        UploadRequest request, Stream csv, CancellationToken cancellationToken)
    {
        var reading = await exchange.ReadAsync(request.Dataset, cancellationToken).ConfigureAwait(false);
        if (reading.State is not DatasetState { Details: { } details } dataset)
        {
            return Refused(Refusal.DatasetUnknown);
        }

        if (!dataset.Revisions.TryGetValue(request.Revision, out var revision))
        {
            return Refused(Refusal.RevisionUnknown);
        }

        using var digest = new UploadDigest(secrets.Upload.Span, request);
        if (revision.Status != RevisionStatus.Declared)
        {
            // A retry of what was published, or too late: the rules tell, and need no more than the digest.
            await digest.ReadAsync(csv, cancellationToken).ConfigureAwait(false);
            return await SubmitAsync(request, digest.Value(), measured: null, cancellationToken).ConfigureAwait(false);
        }

        var draft = await contents.BeginAsync(cancellationToken).ConfigureAwait(false);
        await using (draft.ConfigureAwait(false))
        {
            var table = new UploadedTable(
                new CsvRows(csv) { Seen = digest.Append }, revision.Columns, details.Subject.KeyColumn);
            var stored = await StoreAsync(request, details, table, revision.Columns, draft.Stream, cancellationToken)
                .ConfigureAwait(false);
            if (stored is null)
            {
                return new UploadOutcome.Rejected(table.Faults);
            }

            await draft.KeepAsync(new(ContentKind.Revision, stored.Content), cancellationToken).ConfigureAwait(false);
            var upload = digest.Value();
            return await SubmitAsync(
                request, upload,
                new ContentFact(
                    request.Revision, upload, stored.Content, stored.Rows, stored.NotLinked, digest.SizeBytes),
                cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<Stored?> StoreAsync(
        UploadRequest request, DatasetDetails details, UploadedTable table, ImmutableArray<Column> columns,
        Stream target, CancellationToken cancellationToken)
    {
        if (!await table.ReadHeaderAsync(cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        var key = details.Subject.Level == SubjectLevel.None ? null : details.Subject.KeyColumn;
        var kept = columns.Select(column => column.Name).Where(name => name != key).ToImmutableArray();
        using var writer = new ContentWriter(target, keys, secrets.Upload, new(
            ContentHeader.FormatNumber, request.Dataset.Key, request.Revision, request.CommandId.Value,
            details.Subject.Level, key, kept));
        var cells = Enumerable.Range(0, columns.Length)
            .Where(i => columns[i].Name != key)
            .Select(table.CellOf)
            .ToArray();
        var notLinked = 0L;
        if (key is { } keyColumn)
        {
            var keyAt = Enumerable.Range(0, columns.Length).First(i => columns[i].Name == keyColumn);
            using var sorter = new RowSorter(options.SpoolFolder, options.SortSizeBytes);
            var linked = new LinkedRows(rows, secrets.Index, request.Dataset, details, sorter);
            while (await table.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (table.IsGood)
                {
                    await linked.AddAsync(table.Row, table.CellOf(keyAt), cells, cancellationToken)
                        .ConfigureAwait(false);
                }
            }

            await linked.LinkAsync(cancellationToken).ConfigureAwait(false);
            notLinked = linked.NotLinked;
            foreach (var row in table.IsGood ? sorter.Read() : [])
            {
                await writer.AddAsync(row.Place, row.Row, cancellationToken).ConfigureAwait(false);
            }
        }
        else
        {
            await WritePlainAsync(table, cells, writer, cancellationToken).ConfigureAwait(false);
        }

        return table.IsGood
            ? new(await writer.CompleteAsync(cancellationToken).ConfigureAwait(false), writer.Rows, notLinked)
            : null;
    }

    private static async ValueTask WritePlainAsync(
        UploadedTable table, int[] cells, ContentWriter writer, CancellationToken cancellationToken)
    {
        var row = new ArrayBufferWriter<byte>(4096);
        while (await table.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (table.IsGood)
            {
                RowEncoding.Append(row, table.Row, cells);
                await writer.AddAsync(null, row.WrittenMemory, cancellationToken).ConfigureAwait(false);
                row.ResetWrittenCount();
            }
        }
    }

    private async ValueTask<UploadOutcome> SubmitAsync(
        UploadRequest request, Digest upload, ContentFact? measured, CancellationToken cancellationToken)
    {
        // What was measured cites the dataset's own chain, as it stands now: the upload itself may have taken hours.
        var reading = await exchange.ReadAsync(request.Dataset, cancellationToken).ConfigureAwait(false);
        ImmutableArray<CitedFact> facts =
            measured is null ? [] : [new(request.Dataset, reading.Head, reading.ReadAt, measured)];
        return new UploadOutcome.Submitted(await exchange.SubmitAsync(
            new(request.Dataset, request.CommandId, request.Actor, new PublishRevision(request.Revision, upload),
                Supplied: facts),
            cancellationToken).ConfigureAwait(false));
    }

    private static UploadOutcome.Submitted Refused(Refusal reason) => new(new SubmitOutcome.Refused(reason));

    private sealed record Stored(Digest Content, long Rows, long NotLinked);

    // HMAC-SHA-256(secret, [dataset, revision] || bytes): the same for a retry, and nobody else can tell equal uploads.
    private sealed class UploadDigest : IDisposable
    {
        private readonly IncrementalHash _hash;

        internal UploadDigest(ReadOnlySpan<byte> secret, UploadRequest request)
        {
            _hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
            var writer = new CanonicalWriter();
            writer.WriteArray(2);
            writer.WriteText(request.Dataset.Key.Value);
            writer.WriteText(request.Revision.Value);
            _hash.AppendData(writer.Written);
        }

        internal long SizeBytes { get; private set; }

        internal void Append(ReadOnlyMemory<byte> bytes)
        {
            _hash.AppendData(bytes.Span);
            SizeBytes += bytes.Length;
        }

        internal async ValueTask ReadAsync(Stream source, CancellationToken cancellationToken)
        {
            var buffer = new byte[64 * 1024];
            while (await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
            {
                Append(buffer.AsMemory(0, read));
            }
        }

        internal Digest Value() => new(_hash.GetCurrentHash());

        public void Dispose() => _hash.Dispose();
    }
}
