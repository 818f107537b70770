using Exchange.Engine.Evidence;
using Exchange.Engine.Hosting;
using Exchange.Engine.Ports;
using Exchange.Grains.Datasets;

namespace Exchange.Engine.Transfer;

/// <summary>
/// Writes a whole exchange into a folder: chains as of one moment, the content they name, and the wrapped keys. Nobody
/// should write meanwhile: an upload that ends while this runs may be missing, and then the export says so.
/// </summary>
public static class StoreExport
{
    /// <summary>Writes the folder; it is whole when this returns, and on the disk.</summary>
    /// <param name="progress">Told how many chains are written.</param>
    /// <exception cref="TransferException">The folder is not empty, or the store lacks content it names.</exception>
    public static async Task<TransferReport> RunAsync(
        TransferParts parts, string path, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var exchange = await Genesis.ReadAsync(parts.Ledger, cancellationToken)
            ?? throw new TransferException("The store holds no exchange yet.");
        var folder = new TransferFolder(path);
        folder.Create();
        var chains = await ChainsAtOnce.ReadAsync(parts.Ledger, cancellationToken);
        var written = 0L;
        var documents = await new ChainExport(exchange, parts.Ledger, parts.Contents, chains).WriteAsync(
            TransferFolder.CreateFile(folder.Chains),
            () => progress?.Report(++written),
            missing => throw new TransferException($"The store lacks the content {missing} that an entry names."),
            cancellationToken);
        var revisions = await WriteRevisionsAsync(parts, folder, cancellationToken);
        var secrets = await WriteSecretsAsync(parts.Secrets, folder.Secrets, cancellationToken);
        await folder.SealAsync(cancellationToken);
        return new(
            exchange, chains.Count, new(chains.Sum(chain => chain.Head.Index.CountThrough.Value)),
            documents + revisions, secrets);
    }

    // Their rows are sealed, and only the exchange hands them out; so they are no part of the chain file.
    private static async Task<long> WriteRevisionsAsync(
        TransferParts parts, TransferFolder folder, CancellationToken cancellationToken)
    {
        HashSet<ContentName> written = [];
        var all = new RowQuery(RowTable.Revision, RowFilter.All, []);
        await foreach (var row in parts.Rows.ReadAllAsync<RevisionRow>(all, cancellationToken))
        {
            if (row.Revision.Content is { } digest && written.Add(new(ContentKind.Revision, digest)))
            {
                await WriteRevisionAsync(
                    parts.Contents, folder, new(ContentKind.Revision, digest), cancellationToken);
            }
        }

        return written.Count;
    }

    private static async Task WriteRevisionAsync(
        IContentStore contents, TransferFolder folder, ContentName name, CancellationToken cancellationToken)
    {
        await using var source = await contents.OpenAsync(name, cancellationToken)
            ?? throw new TransferException($"The store lacks the content {name} that a dataset names.");
        await using var file = TransferFolder.CreateFile(Path.Combine(folder.Content, name.ToString()));
        await source.CopyToAsync(file, cancellationToken);
        file.Flush(flushToDisk: true);
    }

    private static async Task<long> WriteSecretsAsync(
        ISecretStore secrets, string path, CancellationToken cancellationToken)
    {
        var count = 0L;
        await using var file = TransferFolder.CreateFile(path);
        await using var text = new StreamWriter(file) { NewLine = "\n" };
        await foreach (var (name, wrapped) in secrets.ReadAllAsync(cancellationToken))
        {
            await text.WriteLineAsync($"{Convert.ToBase64String(wrapped.Span)} {name}");
            count++;
        }

        await text.FlushAsync(cancellationToken);
        file.Flush(flushToDisk: true);
        return count;
    }
}
