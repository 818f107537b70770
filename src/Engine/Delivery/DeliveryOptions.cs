using Exchange.Grains.Agreements.Manifests;

namespace Exchange.Engine.Delivery;

/// <summary>How the node delivers. See docs/delivery.md.</summary>
public sealed record DeliveryOptions
{
    /// <summary>How many rows a block has at most; fewer where fewer may leave in a second.</summary>
    public const int BlockRowsMax = ManifestBlock.RowsMax;

    /// <summary>How many bytes of rows close a block early.</summary>
    public const int BlockSizeBytesMin = 4 * 1024 * 1024;

    /// <summary>
    /// How many rows leave the node in a second for one delivery; nothing means as fast as the reader takes.
    /// </summary>
    public int? RowsPerSecondMax { get; init; }

    /// <summary>A delivery that moves nothing for so long is aborted.</summary>
    public TimeSpan StalledAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A delivery that nobody begins to read for so long is aborted.</summary>
    public TimeSpan UnclaimedAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often the journal is synced while something is new in it; the promise is one second.</summary>
    public TimeSpan SyncEvery { get; init; } = TimeSpan.FromMilliseconds(500);

    internal int RowsInBlockMax => Math.Clamp(RowsPerSecondMax ?? BlockRowsMax, 1, BlockRowsMax);
}
