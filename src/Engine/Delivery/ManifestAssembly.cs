using Exchange.Engine.Ports;
using Exchange.Grains.Agreements.Manifests;

namespace Exchange.Engine.Delivery;

/// <summary>
/// Makes a delivery's manifest of its journal and keeps it as content: the same way at a regular end and after a crash.
/// Content is sorted, so the leaves come sorted.
/// </summary>
internal sealed class ManifestAssembly(IContentStore contents)
{
    /// <summary>Keeps the manifest durably; nothing where the journal has no start.</summary>
    internal async ValueTask<AssembledManifest?> AssembleAsync(GrainKey journal, CancellationToken cancellationToken)
    {
        var (header, leaves) = await ReadHeaderAsync(journal, cancellationToken).ConfigureAwait(false);
        if (header is null)
        {
            return null;
        }

        var draft = await contents.BeginAsync(cancellationToken).ConfigureAwait(false);
        await using (draft.ConfigureAwait(false))
        {
            var source = await contents.ReadJournalAsync(journal, cancellationToken).ConfigureAwait(false)
                ?? throw new InvalidDataException($"Expected the journal of {journal}, found none.");
            await using (source.ConfigureAwait(false))
            {
                // Flushed by hand: the draft's stream is the draft's own.
                var target = new BufferedStream(draft.Stream, 64 * 1024);
                var root = WriteAll(header, leaves, source, target);
                await target.FlushAsync(cancellationToken).ConfigureAwait(false);
                await draft.KeepAsync(new(ContentKind.Manifest, root), cancellationToken).ConfigureAwait(false);
                return new(root, header);
            }
        }
    }

    private static Digest WriteAll(ManifestHeader header, TreeSize leaves, Stream journal, BufferedStream target)
    {
        var writer = new ManifestWriter(target.Write, header, leaves);
        var source = new BufferedStream(journal, 64 * 1024);
        _ = DeliveryJournal.ReadStart(source);
        foreach (var leaf in DeliveryJournal.ReadBlocks(source).Take(header.Blocks.Length).SelectMany(b => b.Leaves))
        {
            writer.Write(leaf);
        }

        return writer.Complete();
    }

    private async ValueTask<(ManifestHeader? Header, TreeSize Leaves)> ReadHeaderAsync(
        GrainKey journal, CancellationToken cancellationToken)
    {
        var source = await contents.ReadJournalAsync(journal, cancellationToken).ConfigureAwait(false);
        if (source is null)
        {
            return default;
        }

        await using (source.ConfigureAwait(false))
        {
            var buffered = new BufferedStream(source, 64 * 1024);
            if (DeliveryJournal.ReadStart(buffered) is not { } start)
            {
                return default;
            }

            var withheld = new SortedDictionary<WithheldReason, long>();
            var blocks = ImmutableArray.CreateBuilder<ManifestBlock>();
            var leaves = 0L;
            foreach (var block in DeliveryJournal.ReadBlocks(buffered))
            {
                blocks.Add(block.Block);
                leaves += block.Leaves.Length;
                foreach (var count in block.Withheld)
                {
                    withheld[count.Reason] = withheld.GetValueOrDefault(count.Reason) + count.Rows;
                }
            }

            return (
                new(start.Agreement, start.Delivery, start.Dataset, start.Revision, start.Columns,
                    [.. withheld.Select(pair => new WithheldCount(pair.Key, pair.Value))], blocks.ToImmutable()),
                new(leaves));
        }
    }
}

/// <summary>A manifest as kept.</summary>
internal sealed record AssembledManifest(Digest Root, ManifestHeader Header)
{
    /// <summary>What was handed over at most.</summary>
    internal long Rows => Header.Blocks.Sum(block => (long)block.Rows);

    internal long SizeBytes => Header.Blocks.Sum(block => block.SizeBytes);
}
