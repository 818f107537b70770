using Exchange.Engine.Leases;
using Exchange.Engine.Processes;
using Orleans.Runtime;
using Orleans.Storage;

namespace Exchange.Cluster.Jobs;

/// <summary>
/// The rounds of one silo, from the first tick until the grain leaves it: a silo that is told to stop goes on with them
/// as long as the grain is there, because nobody else can. Jobs run beside the grain's turns.
/// </summary>
internal sealed class JobRound : IAsyncDisposable
{
    private static readonly TimeSpan RecoverEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CollectEvery = TimeSpan.FromDays(1);
    private static readonly TimeSpan LookAtCollectionEvery = TimeSpan.FromMinutes(1);

    private readonly JobRounds _rounds;
    private readonly IPersistentState<JobCursor> _cursor;
    private readonly CancellationTokenSource _stopping = new();
    private readonly RepeatedJob[] _jobs;
    private LeaseKeeper? _lease;
    private ProcessRunner? _runner;
    private long _collectedAt;
    private long _keptAt;
    private volatile bool _knowsCursor;

    internal JobRound(JobRounds rounds, IPersistentState<JobCursor> cursor)
    {
        (_rounds, _cursor) = (rounds, cursor);
        _jobs = [Job(DoDueWorkAsync), Job(RecoverAsync), Job(CollectAsync)];
    }

    private bool IsHeld => _lease?.Held is not null;

    private long Now => _rounds.Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Begins what is due, and keeps what is to be remembered. Waits for none of it.</summary>
    internal async Task TickAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            // Nobody would let go of a lease that were taken now.
            return;
        }

        if (_runner is null)
        {
            // Only now, for an activation that never came to life is never told to let the lease go.
            Log.JobsBegun(_rounds.Logger);
            _lease = _rounds.Jobs.Lease();
            _runner = _rounds.Jobs.Runner(_lease);
        }

        foreach (var job in _jobs)
        {
            job.Tick(_stopping.Token);
        }

        await LearnCursorAsync();
        await KeepAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_jobs.Select(job => job.Running));
        if (_runner is not null)
        {
            await _runner.DisposeAsync();
        }

        try
        {
            // Before the lease goes: who has it next reads what is kept.
            await KeepAsync();
        }
        finally
        {
            if (_lease is not null)
            {
                await _lease.DisposeAsync();
            }

            _stopping.Dispose();
        }
    }

    private RepeatedJob Job(Func<CancellationToken, Task<TimeSpan>> run) => new(run, _rounds.Time, _rounds.Logger);

    private async Task<TimeSpan> DoDueWorkAsync(CancellationToken stopping)
    {
        if (!IsHeld)
        {
            return JobRounds.Every;
        }

        Metrics.JobPasses.Add(1);
        return await _runner!.PassAsync(stopping) ? ProcessRunner.RetryEvery : JobRounds.Every;
    }

    private async Task<TimeSpan> RecoverAsync(CancellationToken stopping)
    {
        if (!IsHeld)
        {
            return JobRounds.Every;
        }

        _ = await _rounds.Jobs.RecoverAsync(stopping);
        return RecoverEvery;
    }

    private async Task<TimeSpan> CollectAsync(CancellationToken stopping)
    {
        if (!IsHeld || !_knowsCursor)
        {
            return JobRounds.Every;
        }

        var began = Now;
        if (began - Interlocked.Read(ref _collectedAt) >= CollectEvery.TotalMilliseconds)
        {
            _ = await _rounds.Jobs.CollectAsync(stopping);
            _ = Interlocked.Exchange(ref _collectedAt, began);
        }

        return LookAtCollectionEvery;
    }

    // Read when the lease is here and not with the grain: who had it before may have kept something since.
    private async Task LearnCursorAsync()
    {
        if (!IsHeld)
        {
            _knowsCursor = false;
        }
        else if (!_knowsCursor)
        {
            await ReadCursorAsync();
            _knowsCursor = true;
        }
    }

    private async Task ReadCursorAsync()
    {
        await _cursor.ReadStateAsync();
        _keptAt = _cursor.State.CollectedAt;
        _ = Interlocked.Exchange(ref _collectedAt, Math.Max(_keptAt, Interlocked.Read(ref _collectedAt)));
    }

    private async Task KeepAsync()
    {
        var collected = Interlocked.Read(ref _collectedAt);
        if (collected == _keptAt)
        {
            return;
        }

        _cursor.State.CollectedAt = collected;
        try
        {
            await _cursor.WriteStateAsync();
            _keptAt = collected;
        }
        catch (InconsistentStateException)
        {
            // Another silo was at it meanwhile. What is later than it kept, the next tick keeps.
            await ReadCursorAsync();
        }
    }
}
