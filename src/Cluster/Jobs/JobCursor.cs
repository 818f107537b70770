namespace Exchange.Cluster.Jobs;

/// <summary>How far the jobs of the exchange came, kept so that the next silo need not begin anew.</summary>
[GenerateSerializer]
[Alias("exchange.jobs.cursor")]
public sealed class JobCursor
{
    /// <summary>Everything that was due by then is done, in milliseconds since 1970.</summary>
    [Id(0)]
    public long DoneThrough { get; set; }

    /// <summary>When content that nothing names was removed last, in milliseconds since 1970.</summary>
    [Id(1)]
    public long CollectedAt { get; set; }
}
