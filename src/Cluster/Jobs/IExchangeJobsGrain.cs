using Orleans.Concurrency;

namespace Exchange.Cluster.Jobs;

/// <summary>The one grain that does the jobs of the exchange, kept awake by a reminder.</summary>
[Alias("exchange.jobs")]
public interface IExchangeJobsGrain : IGrainWithStringKey
{
    /// <summary>Wakes the grain, and sees to it that it is woken again whatever happens to its silo.</summary>
    [AlwaysInterleave]
    [Alias("wake")]
    Task WakeAsync();
}
