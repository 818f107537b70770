using System.Diagnostics;
using Exchange.Engine.Ports;

namespace Exchange.Engine.Pipeline;

/// <summary>
/// One grain: the owner of one chain in this process. Knows no host: it is made, asked, and retired when idle. Should
/// another process own the chain too for a while, the store's fence tells, and this one loads again.
/// </summary>
public sealed class LedgerGrain
{
    private const int RestMilliseconds = 1_000;

    private readonly GrainContext _context;
    private readonly BatchSetting _setting;
    private readonly Mailbox<GrainWork> _mailbox;
    private readonly ChainHead _empty;
    private volatile Belief? _belief;
    private EntryIndex _snapshotAt = EntryIndex.BeforeFirst;
    private volatile bool _touched = true;
    private int _idleCount;

    public LedgerGrain(GrainContext context, ChainId chain)
    {
        _context = context;
        _setting = new(context.Exchange, chain, context.RulesOf(chain), context.Salt);
        _mailbox = new(GrainContext.WaitingMax, PumpAsync);
        _empty = ChainHead.Empty(context.Exchange, chain);
    }

    public ChainId Chain => _setting.Chain;

    /// <summary>
    /// Takes a command, and answers it in time; false where this grain has retired and another must be made.
    /// </summary>
    public bool TrySubmit(Submission submission)
    {
        _touched = true;
        var posting = Post(submission);
        if (posting == Posting.Full)
        {
            submission.Answer(
                new SubmitOutcome.Unavailable(UnavailableReason.Overloaded, GrainContext.RetryAfter));
        }

        return posting != Posting.Closed;
    }

    /// <summary>The state as of the head in the store; nothing where this grain has retired.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be asked, or too many wait.</exception>
    /// <exception cref="ChainBrokenException">The chain does not verify.</exception>
    public async ValueTask<GrainReading?> ReadAsync(CancellationToken cancellationToken)
    {
        _touched = true;
        var readAt = _context.Clock.ReadTime();
        if (_belief is { } belief
            && (await _context.Questions.HeadAsync(Chain).WaitAsync(cancellationToken) ?? _empty) == belief.Head)
        {
            return new(Chain, belief.Head, readAt, belief.State);
        }

        var request = new ReadRequest();
        switch (Post(request))
        {
            case Posting.Posted:
                belief = await request.Belief.WaitAsync(cancellationToken);
                return new(Chain, belief.Head, readAt, belief.State);
            case Posting.Full:
                throw new StoreUnavailableException($"Too many wait for {Chain}.", inner: null);
            default:
                return null;
        }
    }

    /// <summary>
    /// What this grain believes, without asking: for a store that compares what is cited, and of a chain that rests.
    /// One that moves would make its citers come again and again.
    /// </summary>
    internal GrainReading? Believe()
    {
        if (!_context.Store.ComparesCited)
        {
            return null;
        }

        _touched = true;
        var readAt = _context.Clock.ReadTime();
        return _belief is { Head.IsEmpty: false } belief && readAt.Value - belief.HeadTime.Value >= RestMilliseconds
            ? new(Chain, belief.Head, readAt, belief.State)
            : null;
    }

    /// <summary>After how many calls of this in a row nobody had asked. One caller at a time.</summary>
    public int CountIdle()
    {
        _idleCount = _touched ? 0 : _idleCount + 1;
        _touched = false;
        return _idleCount;
    }

    /// <summary>Takes nothing more, if nothing waits; then the host may drop it.</summary>
    public bool TryRetire() => _mailbox.TryClose();

    private Posting Post(GrainWork work)
    {
        var posting = _mailbox.TryPost(work);
        if (posting == Posting.Posted)
        {
            Metrics.Waiting.Add(1);
        }

        return posting;
    }

    private async Task PumpAsync()
    {
        while (_mailbox.Take(ChainPart.EntriesMax) is { } work)
        {
            Metrics.Waiting.Add(-work.Count);
            await HandleAsync(new(work));
        }
    }

    private async Task HandleAsync(WorkBatch batch)
    {
        var uncertain = false;
        using var trace = Traces.StartBatch(Chain, batch.Commands);
        try
        {
            for (var attempt = 1; !batch.IsDone; attempt++)
            {
                var before = _belief ?? await LoadAsync();
                using var moment = _context.Clock.Begin(before.HeadTime);
                var decided = Decide(batch, before, moment.Times);
                moment.Assigned(decided.After.HeadTime);
                var outcome = await StoreAsync(decided, before);
                if (outcome == AppendOutcome.Stored)
                {
                    // Only a stored entry may change what this grain believes.
                    _belief = decided.After;
                    Publish(decided);
                    await batch.AnswerAsync(decided, _context, uncertain);
                    return;
                }

                UnavailableReason? refused = outcome switch
                {
                    AppendOutcome.Unavailable => UnavailableReason.StoreUnavailable,
                    AppendOutcome.Overloaded => UnavailableReason.Overloaded,
                    AppendOutcome.TimeAhead => UnavailableReason.ClockBehind,
                    _ => null,
                };

                // A grain that saw a store error is finished: it believes nothing, loads and looks up.
                _belief = refused is not null || outcome == AppendOutcome.CitedMoved ? before : null;
                // Once unknown, an earlier try may still commit late: nobody is told that nothing came of it.
                uncertain |= outcome == AppendOutcome.Unknown;
                Metrics.Conflicted(outcome);
                Log.PartNotStored(_context.Logger, Chain, outcome, attempt);
                if (refused is not null || attempt == GrainContext.AttemptsMax)
                {
                    batch.GiveUp(uncertain, refused ?? UnavailableReason.StoreUnavailable);
                    return;
                }

                if (outcome == AppendOutcome.TimePassed
                    && await _context.Store.ReadGreatestTimeAsync(CancellationToken.None) is { } greatest)
                {
                    _context.Clock.Raise(greatest);
                }

                if (outcome == AppendOutcome.CitedMoved)
                {
                    await batch.GiveBackAsync(_context, uncertain);
                }
                else
                {
                    await batch.LookUpAsync(_context);
                }
            }
        }
        // Boundary: whatever it was, nobody who waits here may hang, and this grain believes nothing any more.
        catch (Exception error)
        {
            _belief = null;
            await FailAsync(batch, error, uncertain);
        }
    }

    private BatchDecision Decide(WorkBatch batch, Belief before, BatchTimes times)
    {
        using var trace = Traces.StartDecide(batch.Commands.Count);
        Metrics.Decided(batch.Commands.Count);
        return BatchDecision.Decide(_setting, before, batch.Commands, times);
    }

    private async Task<Belief> LoadAsync()
    {
        var began = Stopwatch.GetTimestamp();
        var loading = await _context.Loader.LoadAsync(Chain);
        Metrics.Loaded(began);

        // A chain that came whole, by an import, is not read from its beginning each time.
        _snapshotAt = _context.Snapshots.Offer(_setting.Rules, Chain, loading.Belief, loading.SnapshotAt);
        return _belief = loading.Belief;
    }

    private async ValueTask<AppendOutcome> StoreAsync(BatchDecision decided, Belief before)
    {
        if (decided.Part is not { } part)
        {
            // Nothing to append: the fence is asked, lest a stale grain refuses what the true one would accept.
            var head = await _context.Questions.HeadAsync(Chain) ?? _empty;
            return head == before.Head ? AppendOutcome.Stored : AppendOutcome.HeadMoved;
        }

        using var trace = Traces.StartAppend(part.Entries.Length);
        var began = Stopwatch.GetTimestamp();
        var outcome = await AppendAsync(part);
        Traces.Appended(trace, outcome);
        Metrics.Appended(part.Entries.Length, Stopwatch.GetElapsedTime(began), outcome);
        return outcome;
    }

    private async ValueTask<AppendOutcome> AppendAsync(ChainPart part)
    {
        try
        {
            return await _context.Store.AppendAsync(part, CancellationToken.None);
        }
        catch (StoreUnavailableException error)
        {
            // The store broke while it was asked to store: whether it did is for the next load to find out.
            Log.AppendBroke(_context.Logger, Chain, error);
            return AppendOutcome.Unknown;
        }
    }

    private void Publish(BatchDecision decided)
    {
        if (decided.Part is not { } part)
        {
            return;
        }

        _context.Stored?.Invoke(part);
        _snapshotAt = _context.Snapshots.Offer(_setting.Rules, Chain, decided.After, _snapshotAt);
    }

    private async Task FailAsync(WorkBatch batch, Exception error, bool uncertain)
    {
        if (error is ChainBrokenException broken)
        {
            Log.ChainBroken(_context.Logger, broken.Chain, broken.Index.Value, broken.Reason);
        }

        if (GrainContext.OutcomeOf(error, uncertain) is null && batch.Count > 1)
        {
            // A bug that one command runs into must not fail its neighbours.
            foreach (var single in batch.Split())
            {
                await HandleAsync(single);
            }

            return;
        }

        Log.BatchFailed(_context.Logger, Chain, batch.Count, error);
        batch.Fail(error, uncertain);
    }
}
