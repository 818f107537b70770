using System.Globalization;
using Exchange.Grains.Agreements.Manifests;
using Exchange.Grains.Replay;
using Exchange.Ledger;

namespace Exchange.Verify;

/// <summary>
/// Audits every delivery that ended from the chains and manifests of the file. Each manifest is read along with the
/// households' chains, so many are open at once; more than a bound are audited in several passes.
/// </summary>
internal sealed class DeliveriesCheck(
    ChainFileReader file, IReadOnlyList<AuditedDelivery> deliveries, Progress progress) : IAuditFindings
{
    private const int DeliveriesAtOnce = 1024;
    private const int EntriesBetweenReports = 256;

    private readonly List<Finding> _findings = [];
    private long _entries;

    internal long Deliveries { get; private set; }

    internal long Blocks { get; private set; }

    /// <summary>Households (or members) in blocks.</summary>
    internal long Leaves { get; private set; }

    internal long Violations { get; private set; }

    internal long InvalidatedReliances { get; private set; }

    /// <summary>The first violations.</summary>
    internal IReadOnlyList<Finding> Findings => _findings;

    internal void Run()
    {
        foreach (var some in deliveries.Chunk(DeliveriesAtOnce))
        {
            Audit(some);
        }
    }

    public void Add(Violation violation)
    {
        if (_findings.Count == Verdict.FindingsKept)
        {
            return;
        }

        var chain = violation.Chain ?? violation.Agreement;
        var block = violation.Block is { } number ? Words($", block {number}") : "";
        var reason = violation.Reason is { } refusal ? $", {refusal}" : "";
        var place = violation.Entry is { } entry ? Words($"{chain}, index {entry.Value}") : chain.ToString();
        _findings.Add(new(
            place, chain, violation.Entry,
            $"ground for delivery {violation.Delivery} of {violation.Agreement}{block}",
            $"{violation.Kind}{reason}"));
    }

    public void Add(InvalidatedReliance reliance) => InvalidatedReliances++;

    private void Audit(IReadOnlyCollection<AuditedDelivery> some)
    {
        using var links = new CitationSpool();
        var audit = new DeliveryAudit(file.Exchange, some, Open, links, this);
        foreach (var stated in file.StatedChains)
        {
            if (!audit.Begin(stated.Chain))
            {
                continue;
            }

            foreach (var bytes in file.ReadChain(stated.Chain))
            {
                audit.Next(EntryCodec.Decode(bytes), Hashes.Entry(bytes.Span));
                _entries++;
                if (_entries % EntriesBetweenReports == 0)
                {
                    progress.Report(_entries);
                }
            }

            audit.End();
        }

        var summary = audit.Complete();
        Deliveries += summary.Deliveries;
        Blocks += summary.Blocks;
        Leaves += summary.Leaves;
        Violations += summary.ViolationCount;
    }

    // A content stream holds no resource but its buffers.
    private ManifestReader? Open(AuditedDelivery delivery) =>
        delivery.Ended.Manifest is { } root && file.FindContent(root) is { } item ? new(item.Open().Read) : null;

    private static string Words(FormattableString words) => words.ToString(CultureInfo.InvariantCulture);
}
