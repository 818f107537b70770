namespace Exchange.Api.Tests;

/// <summary>
/// The host's clock, on which the pace of deliveries stands still until a test lets it go on: blocks leave when the
/// test says so, and nothing waits for real. Timers of a minute, which find what stalls, never fire.
/// </summary>
internal sealed class HeldPace : TimeProvider
{
    private static readonly TimeSpan PaceMax = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly List<HeldTimer> _timers = [];
    private bool _released;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new HeldTimer(this, () => callback(state));
        _ = timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Everything that waits for its pace goes on, now and later.</summary>
    internal void Release()
    {
        HeldTimer[] waiting;
        lock (_lock)
        {
            _released = true;
            waiting = [.. _timers];
            _timers.Clear();
        }

        foreach (var timer in waiting)
        {
            timer.Fire();
        }
    }

    private void Hold(HeldTimer timer, TimeSpan due)
    {
        if (due == Timeout.InfiniteTimeSpan || due > PaceMax)
        {
            return;
        }

        lock (_lock)
        {
            if (!_released)
            {
                _timers.Add(timer);
                return;
            }
        }

        _ = Task.Run(timer.Fire);
    }

    private sealed class HeldTimer(HeldPace pace, Action fire) : ITimer
    {
        private volatile bool _gone;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            pace.Hold(this, dueTime);
            return true;
        }

        public void Dispose() => _gone = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        internal void Fire()
        {
            if (!_gone)
            {
                fire();
            }
        }
    }
}
