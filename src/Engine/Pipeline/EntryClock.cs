namespace Exchange.Engine.Pipeline;

// family: the time of entries

/// <summary>
/// Gives entries their times: never before any time this process assigned, nor before the store's greatest. Knows which
/// times are still in flight, so that a read can name a moment before which nothing is missing. Thread-safe.
/// </summary>
/// <param name="time">The host's clock.</param>
/// <param name="storeGreatest">The greatest time in the store at start.</param>
public sealed class EntryClock(TimeProvider time, UnixMilliseconds storeGreatest)
{
    /// <summary>How far the host's clock may be behind what it has to give.</summary>
    public const int BehindMillisecondsMax = 5_000;

    private readonly Lock _lock = new();
    private readonly Queue<Flight> _flights = new();
    private UnixMilliseconds _floor = storeGreatest;
    private Flight? _newest;

    /// <summary>Whether the host's clock is so far behind the times that were given that no entry gets one.</summary>
    public bool IsBehind
    {
        get
        {
            lock (_lock)
            {
                return new BatchTimes(_floor, Host()).WaitFor(_floor) is not null;
            }
        }
    }

    /// <summary>
    /// Begins a decision: entries of it get at least this time, and until it is disposed it is in flight.
    /// </summary>
    public EntryMoment Begin(UnixMilliseconds headTime)
    {
        lock (_lock)
        {
            var host = Host();
            _floor = UnixMilliseconds.Max(_floor, host);
            if (_newest is null || _newest.Time != _floor)
            {
                _newest = new(_floor);
                _flights.Enqueue(_newest);
            }

            _newest.Count++;
            return new(this, _newest, UnixMilliseconds.Max(_floor, headTime), host);
        }
    }

    /// <summary>
    /// The time of a read that begins now: everything recorded before it is in the store already, and nothing that is
    /// decided later gets an earlier time.
    /// </summary>
    public UnixMilliseconds ReadTime()
    {
        lock (_lock)
        {
            _floor = UnixMilliseconds.Max(_floor, Host());
            return _flights.TryPeek(out var earliest) ? earliest.Time : _floor;
        }
    }

    /// <summary>
    /// The time of a read that must not lie before an entry that its caller has seen: waits until every decision that
    /// began before that entry's time is over.
    /// </summary>
    /// <param name="seen">The time of an entry that is stored.</param>
    public async ValueTask<UnixMilliseconds> ReadTimeAsync(UnixMilliseconds seen, CancellationToken cancellationToken)
    {
        Raise(seen);
        while (true)
        {
            Task landed;
            lock (_lock)
            {
                if (!_flights.TryPeek(out var earliest) || earliest.Time >= seen)
                {
                    break;
                }

                landed = earliest.Landed.Task;
            }

            await landed.WaitAsync(cancellationToken);
        }

        return ReadTime();
    }

    internal void Raise(UnixMilliseconds assigned)
    {
        lock (_lock)
        {
            _floor = UnixMilliseconds.Max(_floor, assigned);
        }
    }

    internal void End(Flight flight)
    {
        lock (_lock)
        {
            flight.Count--;
            while (_flights.TryPeek(out var earliest) && earliest.Count == 0)
            {
                _ = _flights.Dequeue();
                _ = earliest.Landed.TrySetResult();
                _newest = _flights.Count == 0 ? null : _newest;
            }
        }
    }

    private UnixMilliseconds Host() => new(time.GetUtcNow().ToUnixTimeMilliseconds());

    internal sealed class Flight(UnixMilliseconds time)
    {
        internal UnixMilliseconds Time { get; } = time;

        internal int Count { get; set; }

        internal TaskCompletionSource Landed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>The time of one batch; in flight until disposed.</summary>
public sealed class EntryMoment : IDisposable
{
    private readonly EntryClock _clock;
    private readonly EntryClock.Flight _flight;

    internal EntryMoment(EntryClock clock, EntryClock.Flight flight, UnixMilliseconds least, UnixMilliseconds host)
    {
        _clock = clock;
        _flight = flight;
        Times = new(least, host);
    }

    /// <summary>What the decision may use.</summary>
    public BatchTimes Times { get; }

    /// <summary>Tells the greatest time that was given to an entry.</summary>
    public void Assigned(UnixMilliseconds time) => _clock.Raise(time);

    public void Dispose() => _clock.End(_flight);
}

/// <summary>The times of a decision, as data.</summary>
/// <param name="Least">What an entry gets at least.</param>
/// <param name="Host">What the host's clock says.</param>
public readonly record struct BatchTimes(UnixMilliseconds Least, UnixMilliseconds Host)
{
    /// <summary>How long to wait until a time may be given; nothing where it may be given now.</summary>
    public TimeSpan? WaitFor(UnixMilliseconds time)
    {
        var behind = time.Value - Host.Value - EntryClock.BehindMillisecondsMax;
        return behind > 0 ? TimeSpan.FromMilliseconds(behind) : null;
    }
}
