using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Exchange.Store.Sqlite;

/// <summary>
/// One thread that writes for everybody: takes all jobs that wait, does them in one transaction, syncs once, answers.
/// It never waits for more to come, so a single caller waits for one commit; while one transaction syncs the next
/// gathers. An error whose outcome is unknown ends it for good.
/// </summary>
internal sealed class GroupCommit : IDisposable
{
    private const int BatchMax = 4096;

    private readonly SqliteWriter _writer;
    private readonly SqliteOptions _options;
    private readonly ILogger _log;
    private readonly Thread _thread;
    private readonly Lock _gate = new();
    private readonly AutoResetEvent _arrived = new(initialState: false);
    private readonly TaskCompletionSource<Exception> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<WriteJob> _waiting = [];
    private long _waitingSizeBytes;
    private bool _closed;

    internal GroupCommit(SqliteWriter writer, SqliteOptions options, ILogger log)
    {
        _writer = writer;
        _options = options;
        _log = log;
        _thread = new Thread(Run) { IsBackground = true, Name = "group commit" };
        _thread.Start();
    }

    /// <summary>Completes, with the reason, when the store has failed and the process must end.</summary>
    internal Task<Exception> Failed => _failed.Task;

    internal bool IsClosed
    {
        get
        {
            lock (_gate)
            {
                return _closed;
            }
        }
    }

    /// <summary>Queues a job, or answers at once that it is not taken.</summary>
    internal void Add(WriteJob job)
    {
        var isFirst = false;
        bool isClosed;
        lock (_gate)
        {
            isClosed = _closed;
            var isFull = _waiting.Count >= _options.WaitingPartsMax
                || _waitingSizeBytes + job.SizeBytes > _options.WaitingSizeBytesMax;
            if (!isClosed && !isFull)
            {
                isFirst = _waiting.Count == 0;
                _waiting.Add(job);
                _waitingSizeBytes += job.SizeBytes;
                Metrics.Queued(job.SizeBytes);
                job = null!;
            }
        }

        if (job is not null)
        {
            Metrics.Refused();
            if (isClosed)
            {
                job.AnswerUnavailable(reason: null);
            }
            else
            {
                job.AnswerOverloaded();
            }
        }

        if (isFirst)
        {
            _ = _arrived.Set();
        }
    }

    /// <summary>Lets what waits be written, then ends the thread.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
        }

        _ = _arrived.Set();
        _thread.Join();
        _writer.Dispose();
        _arrived.Dispose();
    }

    private void Run()
    {
        var batch = new List<WriteJob>();
        while (Take(ref batch))
        {
            for (var at = 0; at < batch.Count; at += BatchMax)
            {
                WriteAll(batch.GetRange(at, Math.Min(BatchMax, batch.Count - at)));
            }
        }
    }

    private bool Take(ref List<WriteJob> batch)
    {
        batch.Clear();
        while (true)
        {
            lock (_gate)
            {
                if (_waiting.Count > 0)
                {
                    (batch, _waiting) = (_waiting, batch);
                    Metrics.Taken(batch.Count, _waitingSizeBytes);
                    _waitingSizeBytes = 0;
                    return true;
                }

                if (_closed)
                {
                    return false;
                }
            }

            _ = _arrived.WaitOne();
        }
    }

    private void WriteAll(List<WriteJob> jobs)
    {
        if (_failed.Task.IsCompletedSuccessfully)
        {
            jobs.ForEach(job => job.AnswerUnknown(_failed.Task.Result));
            return;
        }

        try
        {
            CommitMeasured(jobs);
        }
        catch (SqliteFault fault) when (fault.IsCertainlyNotStored)
        {
            Log.NotStored(_log, jobs.Count, fault);
            Recover(jobs, job => job.AnswerUnavailable(fault));
            return;
        }
        catch (SqliteFault fault) when (!fault.IsConstraint)
        {
            Fail(jobs, fault);
            return;
        }
        // Boundary: a job that cannot be written is its caller's bug, whatever it is; the others must not suffer.
        catch (Exception bug)
        {
            Log.JobRefused(_log, bug);
            Recover(jobs, job => OneByOne(job, jobs.Count, bug));
            return;
        }

        jobs.ForEach(job => job.Complete());
        Checkpoint();
    }

    private void CommitMeasured(List<WriteJob> jobs)
    {
        var size = new CommitSize(jobs.Count, jobs.Sum(job => job.Entries));
        var began = Stopwatch.GetTimestamp();
        var trace = Traces.StartCommit("sqlite", jobs.Select(job => job.Caller));
        var outcome = CommitOutcome.RolledBack;
        try
        {
            Commit(jobs);
            outcome = CommitOutcome.Committed;
        }
        catch (SqliteFault fault) when (!fault.IsCertainlyNotStored && !fault.IsConstraint)
        {
            outcome = CommitOutcome.Unknown;
            throw;
        }
        finally
        {
            Metrics.Committed(size, began, outcome);
            Traces.End(trace, size, outcome);
        }
    }

    private void Commit(List<WriteJob> jobs)
    {
        _writer.Begin();
        foreach (var job in jobs)
        {
            job.Apply(_writer);
        }

        _options.AtStep?.Invoke(CommitStep.BeforeCommit);
        _writer.Commit();
        _options.AtStep?.Invoke(CommitStep.AfterCommit);
    }

    // Which job it was is found by writing each alone; a lone one is it.
    private void OneByOne(WriteJob job, int count, Exception bug)
    {
        if (count == 1)
        {
            job.AnswerBug(bug);
        }
        else
        {
            WriteAll([job]);
        }
    }

    private void Recover(List<WriteJob> jobs, Action<WriteJob> answer)
    {
        try
        {
            _writer.RollBack();
        }
        catch (SqliteFault fault)
        {
            Fail(jobs, fault);
            return;
        }

        jobs.ForEach(answer);
    }

    // A sync that failed reads as absent and may still be there after a restart: only a new process may look.
    private void Fail(List<WriteJob> jobs, SqliteFault fault)
    {
        Log.StoreFailed(_log, fault);
        lock (_gate)
        {
            _closed = true;
        }

        _ = _failed.TrySetResult(fault);
        jobs.ForEach(job => job.AnswerUnknown(fault));
    }

    private void Checkpoint()
    {
        try
        {
            _writer.CheckpointWhenDue();
        }
        catch (SqliteFault fault)
        {
            // Nothing is lost: what was committed stands in the log until a later checkpoint has synced it.
            Log.CheckpointFailed(_log, fault);
        }
    }
}
