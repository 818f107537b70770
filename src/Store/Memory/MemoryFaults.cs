namespace Exchange.Store.Memory;

// family: faults of a store, on demand

/// <summary>How an append can go wrong.</summary>
public enum MemoryFault
{
    /// <summary>The connection was lost: nobody was told what became of the part.</summary>
    OutcomeUnknown = 1,

    /// <summary>The store broke with an exception while it was asked.</summary>
    Broken = 2,

    /// <summary>Another process' part came first.</summary>
    HeadMoved = 3,

    /// <summary>The store is too busy.</summary>
    Unavailable = 4,
}

/// <summary>The faults that the next writes meet, one each, in order. Thread-safe.</summary>
public sealed class MemoryFaults
{
    private readonly Lock _lock = new();
    private readonly Queue<(MemoryFault Fault, bool Stored)> _waiting = new();
    private TaskCompletionSource? _hold;
    private TaskCompletionSource? _held;

    /// <summary>Whether every read and append throws: the store is gone.</summary>
    public bool IsDown { get; set; }

    /// <summary>The next append fails.</summary>
    /// <param name="fault">How.</param>
    /// <param name="stored">Whether the part is stored all the same.</param>
    public void FailNext(MemoryFault fault, bool stored)
    {
        lock (_lock)
        {
            _waiting.Enqueue((fault, stored));
        }
    }

    /// <summary>The next appends meet nothing.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _waiting.Clear();
        }
    }

    /// <summary>Appends wait from now on, until released. The task completes when the first one waits.</summary>
    public Task Hold()
    {
        lock (_lock)
        {
            _hold = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _held.Task;
        }
    }

    /// <summary>Lets the appends that wait go on.</summary>
    public void Release()
    {
        lock (_lock)
        {
            _ = _hold?.TrySetResult();
            _hold = null;
        }
    }

    internal Task PassAsync()
    {
        lock (_lock)
        {
            if (_hold is not null)
            {
                _ = _held!.TrySetResult();
            }

            return _hold?.Task ?? Task.CompletedTask;
        }
    }

    internal (MemoryFault Fault, bool Stored)? Next()
    {
        lock (_lock)
        {
            return _waiting.TryDequeue(out var fault) ? fault : null;
        }
    }

    /// <summary>Does a write, or what the next fault makes of it: not done, or done and not said.</summary>
    internal void Write(Action store)
    {
        RefuseWhereDown();
        var fault = Next();
        if (fault is not { Stored: false })
        {
            store();
        }

        if (fault is not null)
        {
            throw new StoreUnavailableException("The connection was lost.", inner: null);
        }
    }

    internal void RefuseWhereDown()
    {
        if (IsDown)
        {
            throw new StoreUnavailableException("The store is gone.", inner: null);
        }
    }
}
