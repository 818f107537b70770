using Exchange.Grains.Agreements;

namespace Exchange.Engine.Processes;

/// <summary>
/// Wakes whoever does due work, as soon as some was stored. Thread-safe; a wake before the wait is not lost.
/// </summary>
public sealed class DueWorkSignal
{
    private volatile TaskCompletionSource _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes at the next wake. Taken before a pass, it also tells of what came during the pass.</summary>
    public Task Next => _woken.Task;

    /// <summary>Wakes once.</summary>
    public void Wake() =>
        Interlocked.Exchange(ref _woken, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    /// <summary>Wakes where some of the rows just stored are work to do.</summary>
    public void Announce(ImmutableArray<RowChange> rows)
    {
        foreach (var change in rows)
        {
            if (change is RowChange.Upsert { Row: DueWorkRow { Parked: false } })
            {
                Wake();
                return;
            }
        }
    }
}
