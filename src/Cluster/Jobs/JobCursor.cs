namespace Exchange.Cluster.Jobs;

/// <summary>
/// What the jobs of the exchange have to remember from one silo to the next. What is due stands in rows of its own.
/// </summary>
[GenerateSerializer]
[Alias("exchange.jobs.cursor")]
public sealed class JobCursor
{
    /// <summary>When content that nothing names was removed last, in milliseconds since 1970.</summary>
    [Id(1)]
    public long CollectedAt { get; set; }
}
