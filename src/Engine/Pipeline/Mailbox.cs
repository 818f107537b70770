namespace Exchange.Engine.Pipeline;

// family: the queue in front of a grain

/// <summary>What became of posting.</summary>
public enum Posting
{
    Posted = 1,

    /// <summary>As many wait as may wait: the caller is told to come back.</summary>
    Full = 2,

    /// <summary>The mailbox takes nothing any more; its grain has left memory.</summary>
    Closed = 3,
}

/// <summary>
/// A bounded queue in the order of posting, with one pump that runs while anything waits. Thread-safe. Relies on no
/// host's scheduler: the pump always runs on the thread pool, so an Orleans turn never carries it.
/// </summary>
/// <param name="capacity">How many may wait.</param>
/// <param name="pump">Takes until nothing waits; must not throw, since nobody awaits it.</param>
public sealed class Mailbox<T>(int capacity, Func<Task> pump)
{
    private readonly Lock _lock = new();
    private List<T>? _waiting;
    private bool _pumping;
    private bool _closed;

    /// <summary>Puts one item behind those that wait, and starts the pump where it rests.</summary>
    public Posting TryPost(T item)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return Posting.Closed;
            }

            _waiting ??= new(capacity: 1);
            if (_waiting.Count >= capacity)
            {
                return Posting.Full;
            }

            _waiting.Add(item);
            if (_pumping)
            {
                return Posting.Posted;
            }

            _pumping = true;
        }

        // Without the poster's context: the pump serves others too.
        _ = ThreadPool.UnsafeQueueUserWorkItem(static pump => _ = pump(), pump, preferLocal: true);
        return Posting.Posted;
    }

    /// <summary>
    /// For the pump: the oldest waiting items, or nothing, whereupon the pump ends and a post starts the next.
    /// </summary>
    public List<T>? Take(int countMax)
    {
        lock (_lock)
        {
            if (_waiting is not { Count: > 0 } waiting)
            {
                // An idle grain keeps no list: there may be a hundred thousand of them.
                _waiting = null;
                _pumping = false;
                return null;
            }

            if (waiting.Count <= countMax)
            {
                _waiting = null;
                return waiting;
            }

            var taken = waiting.GetRange(0, countMax);
            waiting.RemoveRange(0, countMax);
            return taken;
        }
    }

    /// <summary>Closes the mailbox if nothing waits and the pump rests; false otherwise.</summary>
    public bool TryClose()
    {
        lock (_lock)
        {
            _closed = _closed || (!_pumping && _waiting is not { Count: > 0 });
            return _closed;
        }
    }
}
