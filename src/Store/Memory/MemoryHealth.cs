namespace Exchange.Store.Memory;

/// <summary>Whether a node may serve on a store in memory; tests say what it answers.</summary>
/// <param name="time">The store's own clock.</param>
/// <param name="faults">What the calls meet; nothing where none is given.</param>
public sealed class MemoryHealth(TimeProvider time, MemoryFaults? faults = null) : IStoreHealth
{
    /// <summary>Why the store refuses nodes; nothing where it does not.</summary>
    public StoreRefusal? Refusal { get; set; }

    /// <summary>Waited for before each answer.</summary>
    public Task Held { get; set; } = Task.CompletedTask;

    public async ValueTask<StoreCondition> CheckAsync(CancellationToken cancellationToken)
    {
        await Held.WaitAsync(cancellationToken);
        faults?.RefuseWhereDown();
        return Refusal is { } refusal
            ? new StoreCondition.Refused(refusal)
            : new StoreCondition.Good(new(time.GetUtcNow().ToUnixTimeMilliseconds()));
    }
}
