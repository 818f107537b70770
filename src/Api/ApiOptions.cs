namespace Exchange.Api;

/// <summary>What an operator of a node can choose about its API.</summary>
public sealed record ApiOptions
{
    /// <summary>The <c>aud</c> of every token, and where problem types and links begin.</summary>
    public string Audience { get; init; } = "exchange";

    /// <summary>How long a token is good.</summary>
    public TimeSpan TokenLifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How many verified tokens are remembered: a verification costs 50 microseconds.</summary>
    public int TokensCachedMax { get; init; } = 10_000;

    /// <summary>The greatest body of an ordinary request.</summary>
    public long BodySizeBytesMax { get; init; } = 1024 * 1024;

    /// <summary>The greatest body of a batch.</summary>
    public long BatchSizeBytesMax { get; init; } = 32 * 1024 * 1024;

    /// <summary>The greatest content of a revision.</summary>
    public long ContentSizeBytesMax { get; init; } = 64L * 1024 * 1024 * 1024;

    /// <summary>How many requests one caller may make in a second; a batch is one request.</summary>
    public int RequestsPerSecondMax { get; init; } = 5_000;

    /// <summary>How many items of a batch are under way at once.</summary>
    public int BatchItemsAtOnce { get; init; } = 512;
}
