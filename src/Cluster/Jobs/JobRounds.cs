using Exchange.Engine.Processes;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Exchange.Cluster.Jobs;

/// <summary>
/// Makes the rounds of the jobs of the exchange. The lease's epoch and derived ids make effects happen once, though two
/// silos may be at it at the same time for a while.
/// </summary>
public sealed class JobRounds
{
    /// <summary>How often is looked what there is to do.</summary>
    public static readonly TimeSpan Every = ProcessRunner.LookEvery;

    public JobRounds(
        IExchangeJobs jobs, ClusterSetup setup, TimeProvider time, ILogger<JobRounds> logger) =>
        (Jobs, RemindEvery, Time, Logger) = (jobs, setup.RemindEvery, time, logger);

    internal IExchangeJobs Jobs { get; }

    internal TimeSpan RemindEvery { get; }

    internal TimeProvider Time { get; }

    internal ILogger Logger { get; }

    internal JobRound Begin(IPersistentState<JobCursor> cursor) => new(this, cursor);
}
