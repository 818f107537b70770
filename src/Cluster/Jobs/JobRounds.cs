using Exchange.Engine.Leases;
using Exchange.Engine.Processes;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Storage;

namespace Exchange.Cluster.Jobs;

/// <summary>
/// Passes over the jobs of the exchange. The lease's epoch and derived ids make effects happen once, though two silos
/// may pass at the same time for a while.
/// </summary>
public sealed class JobRounds
{
    /// <summary>How often due work is looked for.</summary>
    public static readonly TimeSpan Every = ProcessRunner.LookEvery;

    private static readonly TimeSpan RecoverEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CollectEvery = TimeSpan.FromDays(1);

    // The cursor is for the next silo, which may as well look at a minute's work again.
    private static readonly TimeSpan KeepEvery = TimeSpan.FromMinutes(1);

    private readonly IExchangeJobs _jobs;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public JobRounds(IExchangeJobs jobs, ClusterSetup setup, TimeProvider time, ILogger<JobRounds> logger) =>
        (_jobs, RemindEvery, _time, _logger) = (jobs, setup.RemindEvery, time, logger);

    internal TimeSpan RemindEvery { get; }

    internal Round Begin(IPersistentState<JobCursor> cursor)
    {
        Log.JobsBegun(_logger);
        return new(this, cursor);
    }

    /// <summary>The passes of one silo, from waking up until it leaves.</summary>
    internal sealed class Round : IAsyncDisposable
    {
        private readonly JobRounds _rounds;
        private readonly IPersistentState<JobCursor> _cursor;
        private readonly LeaseKeeper _lease;
        private readonly ProcessRunner _runner;
        private long? _recoveredAt;

        internal Round(JobRounds rounds, IPersistentState<JobCursor> cursor)
        {
            (_rounds, _cursor) = (rounds, cursor);
            _lease = rounds._jobs.Lease();
            _runner = rounds._jobs.Runner(_lease);
        }

        private long Now => _rounds._time.GetUtcNow().ToUnixTimeMilliseconds();

        public async ValueTask DisposeAsync()
        {
            await _runner.DisposeAsync();
            await _lease.DisposeAsync();
        }

        internal async Task PassAsync(CancellationToken cancellationToken)
        {
            try
            {
                if (_lease.Held is not null)
                {
                    await PassHeldAsync(cancellationToken);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // The silo leaves; the next one goes on from the cursor.
            }
            // Boundary: a job that fails is tried again at the next pass; the silo serves all the same.
            catch (Exception error)
            {
                Log.JobFailed(_rounds._logger, error);
            }
        }

        private async Task PassHeldAsync(CancellationToken cancellationToken)
        {
            var began = Now;
            var state = _cursor.State;
            Metrics.JobPasses.Add(1);
            var isLeft = await Task.Run(() => _runner.PassAsync(cancellationToken), cancellationToken);
            if (_recoveredAt is not { } last || _rounds._time.GetElapsedTime(last) >= RecoverEvery)
            {
                _recoveredAt = _rounds._time.GetTimestamp();
                _ = await _rounds._jobs.RecoverAsync(cancellationToken);
            }

            var collects = began - state.CollectedAt >= CollectEvery.TotalMilliseconds;
            if (collects)
            {
                _ = await _rounds._jobs.CollectAsync(cancellationToken);
                state.CollectedAt = began;
            }

            if (!isLeft && (collects || began - state.DoneThrough >= KeepEvery.TotalMilliseconds))
            {
                state.DoneThrough = began;
                await KeepAsync();
            }
        }

        private async Task KeepAsync()
        {
            try
            {
                await _cursor.WriteStateAsync();
            }
            catch (InconsistentStateException)
            {
                // Another silo passed meanwhile: what it kept is as good.
                await _cursor.ReadStateAsync();
            }
        }
    }
}
