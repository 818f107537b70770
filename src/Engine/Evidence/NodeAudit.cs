using System.Text.Json;
using Exchange.Engine.Pipeline;
using Exchange.Engine.Ports;
using Exchange.Grains.Agreements.Manifests;
using Exchange.Grains.Replay;

namespace Exchange.Engine.Evidence;

/// <summary>Audits the deliveries of a period as of one moment, by the same code as the offline verifier.</summary>
internal static class NodeAudit
{
    /// <summary>Writes the findings as JSON and answers how many violations there are.</summary>
    internal static async Task<long?> WriteAsync(
        EvidenceParts parts, EvidenceWork work, Period? period, CancellationToken cancellationToken)
    {
        var chains = await ChainsAtOnce.ReadAsync(parts.Ledger, cancellationToken);
        var deliveries = await DeliveriesAsync(parts, chains, period, cancellationToken);
        await using var file = new FileStream(work.DraftPath, FileMode.Create, FileAccess.Write, FileShare.None);
        await using var json = new Utf8JsonWriter(file);
        var manifests = new Dictionary<(ChainId Agreement, GrainKey Delivery), Stream>();
        try
        {
            foreach (var delivery in deliveries)
            {
                if (delivery.Ended.Manifest is { } root && await parts.Contents.OpenAsync(
                    new(ContentKind.Manifest, root), cancellationToken) is { } stream)
                {
                    manifests[(delivery.Agreement, delivery.Delivery)] = stream;
                }
            }

            return await AuditAsync(parts, work, chains, deliveries, manifests, json, cancellationToken);
        }
        finally
        {
            foreach (var stream in manifests.Values)
            {
                await stream.DisposeAsync();
            }
        }
    }

    private static async Task<long?> AuditAsync(
        EvidenceParts parts, EvidenceWork work, IReadOnlyList<ChainWithHead> chains,
        IReadOnlyList<AuditedDelivery> deliveries,
        Dictionary<(ChainId Agreement, GrainKey Delivery), Stream> manifests, Utf8JsonWriter json,
        CancellationToken cancellationToken)
    {
        var report = new AuditReport(json);
        var audit = new DeliveryAudit(
            parts.Exchange, deliveries,
            delivery => manifests.TryGetValue((delivery.Agreement, delivery.Delivery), out var stream)
                ? new ManifestReader(stream.Read)
                : null,
            new ChainSpool(), report);
        foreach (var (chain, head) in chains)
        {
            if (audit.Begin(chain))
            {
                await foreach (var stored in parts.Ledger.ReadChainAsync(chain, new(0), head.Index, cancellationToken))
                {
                    audit.Next(EntryCodec.Decode(stored.Bytes), Hashes.Entry(stored.Bytes.Span));
                }

                audit.End();
            }

            work.Advance();
        }

        var summary = audit.Complete();
        report.Complete(summary);
        await json.FlushAsync(cancellationToken);
        return summary.ViolationCount;
    }

    private static async Task<IReadOnlyList<AuditedDelivery>> DeliveriesAsync(
        EvidenceParts parts, IReadOnlyList<ChainWithHead> chains, Period? period, CancellationToken cancellationToken)
    {
        List<AuditedDelivery> deliveries = [];
        var replay = (ChainReplay?)null;
        await foreach (var page in ChainBatches.ReadAsync(
            parts.Ledger, [.. chains.Where(each => each.Chain.Kind == GrainKind.Agreement)], cancellationToken))
        {
            foreach (var stored in page)
            {
                replay = replay is not null && replay.Chain == stored.Chain
                    ? replay
                    : new(parts.Exchange, stored.Chain);
                replay.Apply(EntryCodec.Decode(stored.Bytes), Hashes.Entry(stored.Bytes.Span));
                if (AuditedDelivery.EndedBy(replay) is { } delivery
                    && (period is null || period.Contains(delivery.StartedAt)))
                {
                    deliveries.Add(delivery);
                }
            }
        }

        return deliveries;
    }
}
