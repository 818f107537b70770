using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Exchange.Store.Postgres;

/// <summary>
/// One thread that writes for a share of the chains: takes what waits, writes it in one transaction in one step,
/// answers. It never waits for more to come, so that a single caller waits for one commit; while one transaction is
/// under way the next gathers. A session that is lost is made anew, with growing pauses; whoever waits is answered.
/// </summary>
internal sealed class PostgresWriter : IDisposable
{
    private const int AttemptsMax = 4;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(2);

    private readonly PostgresSessions _sessions;
    private readonly ChainNumbers _numbers;
    private readonly Watermark _watermark;
    private readonly WriteTroubles _troubles;
    private readonly PostgresOptions _options;
    private readonly ILogger _log;
    private readonly int _place;
    private readonly Thread _thread;
    private readonly object _gate = new();
    private readonly Queue<PostgresAppend> _waiting = new();
    private readonly Dictionary<ChainId, PostgresAppend> _chains = [];
    private readonly List<PostgresAppend> _batch = [];
    private List<PostgresAppend> _deferred = [];
    private List<PostgresAppend> _stillDeferred = [];
    private AppendSession? _session;
    private TimeSpan _pause = TimeSpan.Zero;
    private long _connectAt;
    private long _waitingSizeBytes;
    private bool _isIdle;
    private bool _closed;

    internal PostgresWriter(
        PostgresSessions sessions, ChainNumbers numbers, Watermark watermark, WriteTroubles troubles,
        PostgresOptions options, ILogger log, int place)
    {
        _sessions = sessions;
        _numbers = numbers;
        _watermark = watermark;
        _troubles = troubles;
        _options = options;
        _log = log;
        _place = place;
        _thread = new Thread(Run) { IsBackground = true, Name = $"postgres writer {place}" };
        _thread.Start();
    }

    /// <summary>Queues a part, or answers at once that it is not taken.</summary>
    internal void Add(PostgresAppend job)
    {
        AppendOutcome? refusal;
        lock (_gate)
        {
            var isFull = _waiting.Count >= _options.WaitingPartsMax
                || _waitingSizeBytes + job.Encoded.SizeBytes > _options.WaitingSizeBytesMax;
            refusal = _closed ? AppendOutcome.Unavailable : isFull ? AppendOutcome.Overloaded : null;
            if (refusal is null)
            {
                _waiting.Enqueue(job);
                Metrics.Queued(job.Encoded.SizeBytes);
                _waitingSizeBytes += job.Encoded.SizeBytes;
                if (_isIdle)
                {
                    Monitor.Pulse(_gate);
                }
            }
        }

        if (refusal is { } outcome)
        {
            Metrics.Refused();
            job.SetResult(outcome);
        }
    }

    /// <summary>Takes nothing more; what waits is still written.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.Pulse(_gate);
        }
    }

    public void Dispose()
    {
        Close();
        _thread.Join();
    }

    private void Run()
    {
        while (Take())
        {
            try
            {
                Connect();
                if (_batch.Count > 0)
                {
                    WriteMeasured();
                }
            }
            // Boundary: whatever it is, this thread answers everybody and goes on with a new session.
            catch (Exception bug)
            {
                Log.WriterBroken(_log, bug);
                Lose(bug);
                Answer(_batch, AppendOutcome.Unknown);
            }

            Finish();
        }

        _session?.Dispose();
    }

    private void WriteMeasured()
    {
        var size = new CommitSize(_batch.Count, _batch.Sum(job => job.Part.Entries.Length));
        var began = Stopwatch.GetTimestamp();
        var trace = Traces.StartCommit("postgresql", _batch.Select(job => job.Caller));
        var outcome = CommitOutcome.Unknown;
        _troubles.Begin(_place);
        try
        {
            Write(_batch);

            // Parts that the fence refused were looked at within a transaction that went through all the same.
            outcome = _batch.Exists(job => job.Outcome == AppendOutcome.Unknown) ? CommitOutcome.Unknown
                : _batch.Exists(job => job.Outcome == AppendOutcome.Stored) ? CommitOutcome.Committed
                : CommitOutcome.RolledBack;
        }
        finally
        {
            _troubles.End(_place);
            Metrics.Committed(size, began, outcome);
            Traces.End(trace, size, outcome);
        }
    }

    // At most one part of each chain: the next one of a chain is decided on this one's outcome.
    private bool Take()
    {
        _batch.Clear();
        _chains.Clear();
        var (entries, sizeBytes) = (0L, 0L);
        (_deferred, _stillDeferred) = (_stillDeferred, _deferred);
        _stillDeferred.Clear();
        foreach (var job in _deferred)
        {
            Sort(job, ref entries, ref sizeBytes);
        }

        lock (_gate)
        {
            while (_waiting.Count == 0 && _batch.Count == 0)
            {
                if (_closed)
                {
                    return false;
                }

                _isIdle = true;
                var isCalled = _session is not null ? Monitor.Wait(_gate) : Monitor.Wait(_gate, UntilConnect());
                _isIdle = false;
                if (!isCalled)
                {
                    return true;
                }
            }

            while (_waiting.TryPeek(out var job) && HasRoom(job, entries, sizeBytes))
            {
                _ = _waiting.Dequeue();
                Metrics.Taken(1, job.Encoded.SizeBytes);
                _waitingSizeBytes -= job.Encoded.SizeBytes;
                Sort(job, ref entries, ref sizeBytes);
            }
        }

        return true;
    }

    private void Sort(PostgresAppend job, ref long entries, ref long sizeBytes)
    {
        if (HasRoom(job, entries, sizeBytes) && _chains.TryAdd(job.Part.Chain, job))
        {
            _batch.Add(job);
            entries += job.Part.Entries.Length;
            sizeBytes += job.Encoded.SizeBytes;
        }
        else
        {
            _stillDeferred.Add(job);
        }
    }

    private bool HasRoom(PostgresAppend job, long entries, long sizeBytes) =>
        entries == 0
        || (entries + job.Part.Entries.Length <= _options.BatchEntriesMax
            && sizeBytes + job.Encoded.SizeBytes <= _options.BatchSizeBytesMax);

    private TimeSpan UntilConnect()
    {
        var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), _connectAt);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private void Connect()
    {
        if (_session is not null || UntilConnect() > TimeSpan.Zero)
        {
            return;
        }

        try
        {
            _session = new(_sessions.OpenWriter(), _numbers, _options.AtStep);
            _pause = TimeSpan.Zero;
            if (_troubles.Recovered(_place))
            {
                Metrics.Reconnected();
            }
        }
        catch (StoreUnavailableException fault)
        {
            _troubles.Failed(_place, fault, isConnected: false);
            _pause = _pause == TimeSpan.Zero ? FirstPause : _pause * 2 < PauseMax ? _pause * 2 : PauseMax;
            _connectAt = Stopwatch.GetTimestamp() + (long)(_pause.TotalSeconds * Stopwatch.Frequency);
        }
    }

    private void Write(List<PostgresAppend> jobs)
    {
        var (isCareful, hasMistimed) = (false, false);
        for (var attempt = 1; _session is { } session; attempt++)
        {
            try
            {
                if (hasMistimed && session.RefuseMistimed(jobs) is { } tooLate)
                {
                    Log.ClockAhead(_log, tooLate);
                }

                var last = isCareful ? session.AppendCarefully(jobs) : session.Append(jobs);
                if (last is not null)
                {
                    _watermark.Acknowledge(_place, last);
                }

                _ = _troubles.Recovered(_place);
                return;
            }
            catch (NpgsqlException fault) when (PostgresFaults.IsUndone(fault))
            {
                session.Undone(fault);
                Forget(jobs);
                var isConflict = PostgresFaults.IsConflict(fault);
                var isMistimed = PostgresFaults.IsMistimed(fault);
                if (attempt < AttemptsMax && (isConflict || isMistimed || PostgresFaults.IsPassing(fault)))
                {
                    isCareful |= isConflict;
                    hasMistimed |= isMistimed;
                    continue;
                }

                if (isMistimed)
                {
                    // The floor rises faster than they are written: each is decided again, some without need.
                    Answer(jobs, AppendOutcome.TimePassed);
                    return;
                }

                Refuse(jobs, fault);
                if (!session.IsOpen)
                {
                    Drop();
                }

                return;
            }
            catch (NpgsqlException fault)
            {
                // Without a word from the server nobody knows, unless it was not yet told to commit.
                var isUnknown = session.IsCommitting;
                Lose(fault);
                if (isUnknown)
                {
                    Log.OutcomeUnknown(_log, jobs.Count, StoreUnavailableException.ReasonOf(fault));
                }

                Forget(jobs);
                Answer(jobs, isUnknown ? AppendOutcome.Unknown : AppendOutcome.Unavailable);
                return;
            }
        }

        Answer(jobs, AppendOutcome.Unavailable);
    }

    // What was found out within a transaction that was undone is found out anew.
    private static void Forget(List<PostgresAppend> jobs)
    {
        foreach (var job in jobs)
        {
            job.Outcome = null;
        }
    }

    private void Refuse(List<PostgresAppend> jobs, NpgsqlException fault)
    {
        if (PostgresFaults.IsTrouble(fault))
        {
            _troubles.Failed(_place, fault, isConnected: true);
            Answer(jobs, AppendOutcome.Unavailable);
        }
        else if (jobs.Count == 1)
        {
            Log.JobRefused(_log, fault);
            jobs[0].SetException(fault);
        }
        else
        {
            // Which part it was is found by writing each alone; a lone one is it.
            foreach (var job in jobs)
            {
                Write([job]);
            }
        }
    }

    private static void Answer(List<PostgresAppend> jobs, AppendOutcome outcome)
    {
        foreach (var job in jobs)
        {
            job.Outcome ??= outcome;
        }
    }

    private void Finish()
    {
        foreach (var job in _batch)
        {
            if (job.Outcome is AppendOutcome.HeadMoved or AppendOutcome.CommandKnown or AppendOutcome.TimePassed
                or AppendOutcome.CitedMoved)
            {
                Metrics.Conflicted(job.Outcome.Value);
            }

            if (!job.Task.IsCompleted)
            {
                job.SetResult(job.Outcome ?? AppendOutcome.Unavailable);
            }
        }

        // A head that was just moved on stands on nothing that came before.
        for (var i = _stillDeferred.Count - 1; i >= 0; i--)
        {
            var job = _stillDeferred[i];
            if (_chains.TryGetValue(job.Part.Chain, out var first) && first.Outcome == AppendOutcome.Stored
                && job.Part.Expected.Index < first.NewHead.Index)
            {
                _stillDeferred.RemoveAt(i);
                Metrics.Conflicted(AppendOutcome.HeadMoved);
                job.SetResult(AppendOutcome.HeadMoved);
            }
        }
    }

    private void Lose(Exception fault)
    {
        _troubles.Failed(_place, fault, isConnected: false);
        Drop();
    }

    private void Drop()
    {
        _session?.Dispose();
        _session = null;
        _connectAt = Stopwatch.GetTimestamp();
    }
}
