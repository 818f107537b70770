namespace Exchange.Engine;

// family: evidence for a regulator

/// <summary>
/// Makes what a regulator takes away: exports of chains, and audits of deliveries. Long work: started, asked about,
/// fetched. Kept until the node stops. Thread-safe.
/// </summary>
public interface IEvidence
{
    /// <summary>
    /// Starts an export of all chains with their manifests and documents; the same id starts it once.
    /// </summary>
    ValueTask<EvidenceStatus> StartExportAsync(EvidenceRequest request, CancellationToken cancellationToken);

    /// <summary>Starts an audit of the deliveries of a period; the same id starts it once.</summary>
    ValueTask<EvidenceStatus> StartAuditAsync(
        EvidenceRequest request, Period? period, CancellationToken cancellationToken);

    /// <summary>Where a work stands, or nothing where this run of the node knows none of that id.</summary>
    EvidenceStatus? Find(GrainKey id);

    /// <summary>What was made; nothing unless it is ready. The caller disposes it.</summary>
    ValueTask<Stream?> OpenContentAsync(GrainKey id, CancellationToken cancellationToken);
}

/// <summary>Who asks for evidence, under which id.</summary>
public sealed record EvidenceRequest(GrainKey Id, ChainId Regulator);

/// <summary>What a work makes.</summary>
public enum EvidenceKind
{
    Export = 1,
    Audit = 2,
}

/// <summary>Where a work stands.</summary>
public enum EvidenceStage
{
    Running = 1,
    Ready = 2,
    Failed = 3,
}

/// <summary>A work and where it stands.</summary>
/// <param name="Done">Chains or deliveries that are done.</param>
/// <param name="Violations">What an audit found unlawful; nothing before it is ready, and for exports.</param>
/// <param name="Missing">
/// Content that entries name and that an export does not hold, because the node does not have it; the first hundred.
/// </param>
public sealed record EvidenceStatus(
    EvidenceRequest Request, EvidenceKind Kind, EvidenceStage Stage, UnixMilliseconds StartedAt, long Done,
    long? SizeBytes, long? Violations, ImmutableArray<Digest> Missing);
