namespace Exchange.Engine.Tests;

/// <summary>A clock that a test sets. Its timers fire when the test moves it past them.</summary>
internal sealed class FakeTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<FakeTimer> _timers = [];
    private readonly List<(TimeSpan DueTime, TaskCompletionSource IsSet)> _awaited = [];
    private DateTimeOffset _now = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000);

    private TimeSpan _elapsed;

    internal UnixMilliseconds Now => new(GetUtcNow().ToUnixTimeMilliseconds());

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>The steady clock: it never goes back.</summary>
    public override long GetTimestamp()
    {
        lock (_lock)
        {
            return _elapsed.Ticks;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, () => callback(state));
        _ = timer.Change(dueTime, period);
        lock (_lock)
        {
            _timers.Add(timer);
            _ = _awaited.RemoveAll(
                each => (long)each.DueTime.TotalMilliseconds == (long)dueTime.TotalMilliseconds
                    && each.IsSet.TrySetResult());
        }

        return timer;
    }

    /// <summary>Completes when the next timer of that length is set, which is taken in whole milliseconds.</summary>
    internal Task NextTimerAsync(TimeSpan dueTime)
    {
        var isSet = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _awaited.Add((dueTime, isSet));
        }

        return isSet.Task;
    }

    /// <summary>Moves the clock, forward or back; timers that came due fire before this returns.</summary>
    internal void Move(TimeSpan span)
    {
        FakeTimer[] timers;
        lock (_lock)
        {
            _now += span;
            _elapsed += span > TimeSpan.Zero ? span : TimeSpan.Zero;
            timers = [.. _timers];
        }

        foreach (var timer in timers)
        {
            timer.FireWhereDue();
        }
    }

    private void Remove(FakeTimer timer)
    {
        lock (_lock)
        {
            _ = _timers.Remove(timer);
        }
    }

    private sealed class FakeTimer(FakeTime time, Action fire) : ITimer
    {
        private DateTimeOffset? _due;
        private TimeSpan _period;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _due = dueTime == Timeout.InfiniteTimeSpan ? null : time.GetUtcNow() + dueTime;
            _period = period;
            return true;
        }

        public void Dispose() => time.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        internal void FireWhereDue()
        {
            if (_due is not { } due || due > time.GetUtcNow())
            {
                return;
            }

            _due = _period == Timeout.InfiniteTimeSpan ? null : time.GetUtcNow() + _period;
            fire();
        }
    }
}
