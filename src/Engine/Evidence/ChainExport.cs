using Exchange.Engine.Ports;

namespace Exchange.Engine.Evidence;

/// <summary>Writes all chains as of one moment into one chain file, with the content that their entries name.</summary>
internal static class ChainExport
{
    private const int BufferSizeBytes = 256 * 1024;

    internal static async Task WriteAsync(EvidenceParts parts, EvidenceWork work, CancellationToken cancellationToken)
    {
        var chains = await ChainsAtOnce.ReadAsync(parts, cancellationToken);
        await using var file = new FileStream(
            work.DraftPath, FileMode.Create, FileAccess.Write, FileShare.None, BufferSizeBytes);
        using var writer = new ChainFileWriter(
            file, parts.Exchange,
            [.. chains.Select(chain => new StatedChain(chain.Chain, chain.Head, chain.Head.Index.CountThrough))]);
        var contents = new NamedContents();
        foreach (var (chain, head) in chains)
        {
            await foreach (var stored in parts.Ledger.ReadChainAsync(chain, new(0), head.Index, cancellationToken))
            {
                writer.WriteEntry(stored.Bytes.Span);
                contents.Add(EntryCodec.Decode(stored.Bytes));
            }

            work.Advance();
        }

        foreach (var name in contents.Names)
        {
            await WriteContentAsync(parts, work, writer, name, cancellationToken);
        }

        writer.Complete();
    }

    private static async Task WriteContentAsync(
        EvidenceParts parts, EvidenceWork work, ChainFileWriter writer, Ledger.ContentName name,
        CancellationToken cancellationToken)
    {
        var kind = name.Kind == Ledger.ContentKind.Manifest ? Ports.ContentKind.Manifest : Ports.ContentKind.Document;
        await using var stream = await parts.Contents.OpenAsync(
            new Ports.ContentName(kind, name.Digest), cancellationToken);
        if (stream is null)
        {
            // The status names it and the verifier refuses to audit without it; no file at all would say less.
            work.Miss(name.Digest);
            Log.EvidenceMisses(parts.Logger, name.Digest);
            return;
        }

        writer.WriteContent(name, stream);
    }
}
