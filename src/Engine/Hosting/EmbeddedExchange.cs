using System.Diagnostics;
using Exchange.Engine.Pipeline;
using Exchange.Engine.Ports;
using Exchange.Engine.Processes;
using Exchange.Grains.Exchanges;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exchange.Engine.Hosting;

/// <summary>
/// The grains of one process over one store: all of them where nobody else runs any, and in a cluster those that were
/// placed here. Disposing it refuses what comes, and waits for what is under way.
/// </summary>
public sealed class EmbeddedExchange : IExchange, IAsyncDisposable
{
    /// <summary>Who writes the genesis entry.</summary>
    public static readonly Actor Node = new(
        ChainId.Parse("system/node"), Role.System, OnBehalfOf: null, Person: null, Channel.Process,
        Authentication: null);

    private readonly GrainContext _context;
    private readonly ResidentGrains _grains;
    private readonly FactReader _facts;
    private readonly EmbeddedLimits _limits;
    private readonly ITimer _sweep;
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _inFlight;
    private volatile bool _closing;

    private EmbeddedExchange(EmbeddedParts parts, ExchangeId id, UnixMilliseconds storeGreatest)
    {
        _limits = parts.Limits;
        Clock = new(parts.Time, storeGreatest);
        _context = new(
            id, parts.Ledger, Clock, parts.Salt, new(parts.Snapshots, _limits.SnapshotEvery, parts.Logger),
            parts.Snapshots, parts.Rules, parts.Logger)
        {
            Stored = part => DueWork.Announce(part.Rows),
        };
        _grains = new(_context, _limits, chain => Evicted?.Invoke(chain));
        _facts = new(_context.RulesOf, ReadAsync, chain => _grains.Get(chain)?.Believe());
        _context.Snapshots.Start();
        _sweep = parts.Time.CreateTimer(
            _ => _grains.SweepIdle(), state: null, EmbeddedLimits.SweepEvery, EmbeddedLimits.SweepEvery);
    }

    /// <summary>
    /// Is told of each grain that had to leave memory, for want of room or because nobody asks for it: what else is
    /// kept for it may go too. On whatever thread; must not throw or wait.
    /// </summary>
    public Action<ChainId>? Evicted { get; set; }

    public ExchangeId Id => _context.Exchange;

    /// <summary>The times of this process' entries.</summary>
    public EntryClock Clock { get; }

    /// <summary>Wakes whoever does due work.</summary>
    public DueWorkSignal DueWork { get; } = new();

    /// <summary>How many grains are in memory.</summary>
    public int ResidentCount => _grains.Count;

    /// <summary>
    /// Opens the exchange of a store, and begins one where the store is empty. Of several nodes that find it empty at
    /// once, one begins it and all open the same.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store cannot be asked.</exception>
    /// <exception cref="ChainBrokenException">The genesis entry is not what it must be.</exception>
    public static async Task<EmbeddedExchange> OpenAsync(EmbeddedParts parts, CancellationToken cancellationToken)
    {
        var id = await Genesis.ReadAsync(parts.Ledger, cancellationToken)
            ?? await BeginAsync(parts, cancellationToken);
        return new(parts, id, await parts.Ledger.ReadGreatestTimeAsync(cancellationToken) ?? default);
    }

    public async ValueTask<SubmitOutcome> SubmitAsync(CommandRequest request, CancellationToken cancellationToken)
    {
        Metrics.CommandsActive.Add(1);
        if (Interlocked.Increment(ref _inFlight) > _limits.InFlightMax || _closing)
        {
            Leave();
            return new SubmitOutcome.Unavailable(
                _closing ? UnavailableReason.ShuttingDown : UnavailableReason.Overloaded, GrainContext.RetryAfter);
        }

        var began = Stopwatch.GetTimestamp();
        using var trace = Traces.StartSubmit(request.Chain);

        // What is under way is counted to its own end, not to the end of the caller's patience.
        var submitting = SubmitCountedAsync(request, cancellationToken);
        var outcome = await submitting.WaitAsync(cancellationToken);
        Metrics.Answered(outcome, began);
        Traces.Answered(trace, outcome);
        return outcome;
    }

    public async ValueTask<GrainReading> ReadAsync(ChainId chain, CancellationToken cancellationToken)
    {
        while (true)
        {
            var grain = _grains.Get(chain)
                ?? throw new StoreUnavailableException("Too many grains are in use.", inner: null);
            if (await grain.ReadAsync(cancellationToken) is { } reading)
            {
                return reading;
            }

            _grains.Forget(grain);
        }
    }

    /// <summary>
    /// The moment of a delivery's read that begins afterwards: not before an entry that was seen, and nothing is stored
    /// any more that is from before it, whichever node decided it.
    /// </summary>
    /// <param name="seen">The time of an entry that is stored.</param>
    public async ValueTask<UnixMilliseconds> ReadMomentAsync(
        UnixMilliseconds seen, CancellationToken cancellationToken)
    {
        var now = await Clock.ReadTimeAsync(seen, cancellationToken);
        return await _context.Store.SettleAsync(seen, now, cancellationToken);
    }

    public async ValueTask<ReplayOutcome> ReplayAsync(
        ChainId chain, ReplayPoint point, CancellationToken cancellationToken) =>
        await _context.Replays.FoldAsync(chain, point, cancellationToken);

    /// <summary>The answer to a command that an earlier try had stored, on any node; nothing where none did.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be asked.</exception>
    /// <exception cref="ChainBrokenException">The chain does not verify.</exception>
    public async ValueTask<SubmitOutcome?> FindAsync(CommandRequest request, CancellationToken cancellationToken)
    {
        var prepared = PreparedCommand.Of(request);
        return await _context.Questions.CommandAsync(prepared.Key).WaitAsync(cancellationToken) is { } known
            ? await _context.Replays.AnswerAsync(prepared, known)
            : null;
    }

    /// <summary>The rules of a chain.</summary>
    /// <exception cref="ArgumentException">Grains of that kind do not exist.</exception>
    public GrainRules RulesOf(ChainId chain) => _context.RulesOf(chain);

    /// <summary>Lets a grain leave memory, if nothing waits for it.</summary>
    public void Release(ChainId chain) => _grains.Release(chain);

    /// <summary>Refuses what comes, waits for what is under way, writes the snapshots that wait.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_closing)
        {
            _closing = true;
            Metrics.CommandsActive.Add(1);
            _ = Interlocked.Increment(ref _inFlight);
            Leave();
            await _drained.Task;
            await _sweep.DisposeAsync();
            await _context.Snapshots.DisposeAsync();
            _grains.Clear();
        }
    }

    private static async Task<ExchangeId> BeginAsync(EmbeddedParts parts, CancellationToken cancellationToken)
    {
        // Silent and thrown away: to an exchange of another id, the one that another node began looks broken.
        var id = Genesis.NewExchangeId();
        SubmitOutcome outcome;
        await using (var begun = new EmbeddedExchange(parts with { Logger = NullLogger.Instance }, id, default))
        {
            outcome = await begun.SubmitAsync(Genesis.Request(id, parts.TokenKey, Node), cancellationToken);
        }

        var found = await Genesis.ReadAsync(parts.Ledger, cancellationToken)
            ?? throw new StoreUnavailableException($"The exchange could not be initialised: {outcome}.", inner: null);
        if (found == id)
        {
            Log.Initialised(parts.Logger, id);
        }
        else
        {
            Log.InitialisedElsewhere(parts.Logger, found);
        }

        return found;
    }

    private async Task<SubmitOutcome> SubmitCountedAsync(CommandRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var prepared = PreparedCommand.Of(request);

            // A retry gets its first answer, whatever has changed elsewhere since: nobody is refused without asking
            // for the key, and the store takes no key twice. Asking at once spares the store that conflict.
            if (_context.Tried.Add(prepared.Key)
                && await _context.Questions.CommandAsync(prepared.Key).WaitAsync(cancellationToken) is { } known)
            {
                return await _context.Replays.AnswerAsync(prepared, known);
            }

            return await SubmitAsync(prepared, cancellationToken);
        }

        // Boundary: a broken outside world is an answer here; what is a bug passes the filter and goes on.
        catch (Exception error) when (GrainContext.OutcomeOf(error, appended: false) is { } outcome)
        {
            Log.NotSubmitted(_context.Logger, request.Chain, error);
            return outcome;
        }
        finally
        {
            Leave();
        }
    }

    private async Task<SubmitOutcome> SubmitAsync(PreparedCommand prepared, CancellationToken cancellationToken)
    {
        try
        {
            return await PostAsync(await _facts.ReadAsync(prepared, isBelieving: true, cancellationToken))
                ?? (await PostAsync(await _facts.ReadAsync(prepared, isBelieving: false, cancellationToken)))!;
        }
        catch (ChainBrokenException)
        {
            if (await _context.Questions.CommandAsync(prepared.Key).WaitAsync(cancellationToken) is { } known)
            {
                return await _context.Replays.AnswerAsync(prepared, known);
            }

            throw;
        }
    }

    private async Task<SubmitOutcome?> PostAsync(Submission submission)
    {
        while (_grains.Get(submission.Envelope.Chain) is { } grain)
        {
            if (grain.TrySubmit(submission))
            {
                return await submission.Outcome;
            }

            _grains.Forget(grain);
        }

        return new SubmitOutcome.Unavailable(UnavailableReason.Overloaded, GrainContext.RetryAfter);
    }

    private void Leave()
    {
        Metrics.CommandsActive.Add(-1);
        if (Interlocked.Decrement(ref _inFlight) == 0 && _closing)
        {
            _ = _drained.TrySetResult();
        }
    }
}
