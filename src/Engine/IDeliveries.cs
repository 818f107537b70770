namespace Exchange.Engine;

// family: streaming deliveries

/// <summary>Streams the deliveries that were started by this run of the node, each once.</summary>
public interface IDeliveries
{
    /// <summary>The run of this node now: what <c>StartDelivery</c> names.</summary>
    GrainKey Run { get; }

    /// <summary>Claims a delivery for streaming.</summary>
    ValueTask<DeliveryOpening> OpenAsync(ChainId agreement, GrainKey delivery, CancellationToken cancellationToken);

    /// <summary>
    /// Closes as lost the deliveries of runs that are over, of this node or of others; never those of a run that is
    /// held. Before the node is ready, and again by whoever holds the lease of due work. Answers how many.
    /// </summary>
    ValueTask<int> RecoverAsync(CancellationToken cancellationToken);
}

/// <summary>What came of claiming a delivery.</summary>
public abstract record DeliveryOpening
{
    private DeliveryOpening()
    {
    }

    /// <summary>The caller streams it, and disposes it.</summary>
    public sealed record Ready(IDeliveryStream Stream) : DeliveryOpening;

    public sealed record InProgress : DeliveryOpening;

    public sealed record Ended : DeliveryOpening;

    public sealed record Unknown : DeliveryOpening;

    /// <summary>
    /// Dataset, agreement or a party no longer admit it, or the content changed hands: nothing was sent.
    /// </summary>
    public sealed record NoLongerLawful : DeliveryOpening;
}

/// <summary>One delivery being streamed as CSV.</summary>
public interface IDeliveryStream : IAsyncDisposable
{
    /// <summary>
    /// Writes header and rows, block by block; each block is filtered by a read begun after the block before was
    /// flushed. Ends the delivery on its chain: complete, or aborted where the output failed, nothing moved for 60 s,
    /// or it became unlawful; the answer tells which. Never throws for a broken output.
    /// </summary>
    ValueTask<Exchange.Grains.Agreements.DeliveryOutcome> CopyToAsync(
        System.IO.Pipelines.PipeWriter output, CancellationToken cancellationToken);
}
