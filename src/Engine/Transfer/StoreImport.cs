using Exchange.Engine.Evidence;
using Exchange.Engine.Hosting;
using Exchange.Engine.Pipeline;
using Exchange.Engine.Ports;

namespace Exchange.Engine.Transfer;

/// <summary>
/// Reads a whole exchange out of a folder into a store that holds nothing else. Every entry is verified, keeps its
/// bytes, and is folded again for its rows. The chain that names the exchange comes last, so that no node takes half an
/// import for an exchange; run again after a crash, it goes on where it ended.
/// </summary>
public static class StoreImport
{
    /// <summary>Imports the folder; everything is durable when this returns.</summary>
    /// <param name="progress">Told how many chains are there.</param>
    /// <exception cref="TransferException">The folder is not whole, or the store holds something else.</exception>
    public static async Task<TransferReport> RunAsync(
        TransferParts parts, string path, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var folder = new TransferFolder(path);
        await folder.VerifyAsync(cancellationToken);
        await using var file = File.OpenRead(folder.Chains);
        var chains = Open(file);
        await RefuseOthersAsync(parts.Ledger, chains, cancellationToken);
        var secrets = await ReadSecretsAsync(parts.Secrets, folder.Secrets, cancellationToken);
        var contents = await ReadContentsAsync(parts.Contents, folder, chains, cancellationToken);
        var (done, entries) = (0L, 0L);
        foreach (var stated in chains.StatedChains.OrderBy(stated => stated.Chain == GrainCatalog.Self))
        {
            await ImportChainAsync(parts.Ledger, chains, stated, cancellationToken);
            entries += stated.Count.Value;
            progress?.Report(++done);
        }

        return new(chains.Exchange, done, new(entries), contents, secrets);
    }

    private static ChainFileReader Open(Stream file)
    {
        if (ChainFileReader.Open(file) is not ChainFileOpening.Opened { Reader: var reader })
        {
            throw new TransferException("The export's chains are no whole chain file.");
        }

        return reader.FindDamage().FirstOrDefault() is { } damage
            ? throw new TransferException($"The export's chains do not verify: {damage}.")
            : reader;
    }

    // What an import that broke off left is a beginning of these chains; anything else is another exchange.
    private static async Task RefuseOthersAsync(
        ILedgerStore ledger, ChainFileReader chains, CancellationToken cancellationToken)
    {
        if (await Genesis.ReadAsync(ledger, cancellationToken) is { } exchange && exchange != chains.Exchange)
        {
            throw new TransferException($"The store holds the exchange {exchange}. Import into an empty store.");
        }

        await foreach (var (chain, head) in ledger.ReadChainsAsync(after: null, cancellationToken))
        {
            if (!chains.TryFind(chain, out var stated) || stated!.Head.Index < head.Index)
            {
                throw new TransferException(
                    $"The store's chain {chain} is not in the export as far as {head.Index}. "
                    + "Import into an empty store.");
            }
        }
    }

    private static async Task<long> ReadSecretsAsync(
        ISecretStore secrets, string path, CancellationToken cancellationToken)
    {
        var count = 0L;
        await foreach (var line in File.ReadLinesAsync(path, cancellationToken))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            var (name, wrapped) = (line[(space + 1)..], Convert.FromBase64String(line[..space]));
            var kept = await secrets.GetOrAddAsync(name, wrapped, cancellationToken);
            if (!kept.Span.SequenceEqual(wrapped))
            {
                throw new TransferException($"The store has another key {name}. Import into an empty store.");
            }

            count++;
        }

        return count;
    }

    private static async Task<long> ReadContentsAsync(
        IContentStore contents, TransferFolder folder, ChainFileReader chains, CancellationToken cancellationToken)
    {
        var count = 0L;
        foreach (var item in chains.ReadContent())
        {
            await using var bytes = item.Open();
            await KeepAsync(contents, NamedContents.PortNameOf(item.Name), bytes, cancellationToken);
            count++;
        }

        foreach (var path in Directory.EnumerateFiles(folder.Content).Order(StringComparer.Ordinal))
        {
            await using var bytes = File.OpenRead(path);
            await KeepAsync(contents, RevisionAt(path), bytes, cancellationToken);
            count++;
        }

        return count;
    }

    private static ContentName RevisionAt(string path)
    {
        var name = Path.GetFileName(path);
        return Digest.TryParse(name[(name.IndexOf('-', StringComparison.Ordinal) + 1)..], out var digest)
            && new ContentName(ContentKind.Revision, digest) is var content && content.ToString() == name
                ? content
                : throw new TransferException($"{name} is no name of a revision's content.");
    }

    private static async Task KeepAsync(
        IContentStore contents, ContentName name, Stream bytes, CancellationToken cancellationToken)
    {
        await using var draft = await contents.BeginAsync(cancellationToken);
        await bytes.CopyToAsync(draft.Stream, cancellationToken);
        await draft.KeepAsync(name, cancellationToken);
    }

    private static async Task ImportChainAsync(
        ILedgerStore ledger, ChainFileReader chains, StatedChain stated, CancellationToken cancellationToken)
    {
        var rules = GrainCatalog.Find(stated.Chain.Kind)
            ?? throw new TransferException($"{stated.Chain}: there are no grains of this kind.");
        var kept = (await ledger.ReadHeadsAsync([stated.Chain], cancellationToken))[0];
        var part = new ImportedPart(new ChainFold(rules, chains.Exchange, stated.Chain), kept);
        foreach (var bytes in chains.ReadChain(stated.Chain))
        {
            part.Add(bytes.ToArray());
            if (part.IsFull)
            {
                await AppendAsync(ledger, part, cancellationToken);
            }
        }

        if (!part.IsEmpty)
        {
            await AppendAsync(ledger, part, cancellationToken);
        }
    }

    private static async Task AppendAsync(ILedgerStore ledger, ImportedPart part, CancellationToken cancellationToken)
    {
        var taken = part.Take();
        if (await ledger.AppendAsync(taken, cancellationToken) is not AppendOutcome.Stored and var outcome)
        {
            var until = outcome == AppendOutcome.TimeAhead
                ? "When the times of its entries have come by the store's own clock"
                : "When the store works again";
            throw new TransferException(
                $"{taken.Chain} was not stored: {outcome}. {until}, run the import again; it goes on.");
        }
    }
}
