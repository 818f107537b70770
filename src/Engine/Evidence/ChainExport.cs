using Exchange.Engine.Pipeline;
using Exchange.Engine.Ports;

namespace Exchange.Engine.Evidence;

/// <summary>Writes chains as of one moment into one chain file, with the content that their entries name.</summary>
/// <param name="Chains">Ascending, with the heads of the moment.</param>
internal sealed record ChainExport(
    ExchangeId Exchange, ILedgerStore Ledger, IContentStore Contents, IReadOnlyList<ChainWithHead> Chains)
{
    /// <summary>Writes the file and syncs it; answers how many pieces of content it carries.</summary>
    /// <param name="file">Taken over: closed at the end.</param>
    /// <param name="advance">Called after each chain.</param>
    /// <param name="miss">Called for content that is named and not there.</param>
    internal async Task<long> WriteAsync(
        FileStream file, Action advance, Action<Digest> miss, CancellationToken cancellationToken)
    {
        await using var closing = file;
        using var writer = new ChainFileWriter(
            file, Exchange,
            [.. Chains.Select(chain => new StatedChain(chain.Chain, chain.Head, chain.Head.Index.CountThrough))]);
        var contents = new NamedContents();
        var done = 0;
        await foreach (var page in ChainBatches.ReadAsync(Ledger, Chains, cancellationToken))
        {
            foreach (var stored in page)
            {
                for (; Chains[done].Chain != stored.Chain; done++)
                {
                    advance();
                }

                writer.WriteEntry(stored.Bytes.Span);
                contents.Add(EntryCodec.Decode(stored.Bytes));
            }
        }

        for (; done < Chains.Count; done++)
        {
            advance();
        }

        var written = 0L;
        foreach (var name in contents.Names)
        {
            if (await TryWriteAsync(writer, name, cancellationToken))
            {
                written++;
            }
            else
            {
                miss(name.Digest);
            }
        }

        writer.Complete();
        file.Flush(flushToDisk: true);
        return written;
    }

    private async Task<bool> TryWriteAsync(
        ChainFileWriter writer, global::Exchange.Ledger.ContentName name, CancellationToken cancellationToken)
    {
        await using var stream = await Contents.OpenAsync(NamedContents.PortNameOf(name), cancellationToken);
        if (stream is null)
        {
            return false;
        }

        writer.WriteContent(name, stream);
        return true;
    }
}
