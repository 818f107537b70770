namespace Exchange.Engine.Ports;

// family: whether a node may serve on its store

/// <summary>Tells whether a node on this store may serve. Thread-safe.</summary>
public interface IStoreHealth
{
    /// <summary>
    /// Asks the store itself, never a memory of it. Good only where it can be read and written now, its tables are
    /// those that this program knows, and nothing speaks against it being the store that acknowledged what this node
    /// acknowledged. The caller bounds the time.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store cannot be asked.</exception>
    ValueTask<StoreCondition> CheckAsync(CancellationToken cancellationToken);
}

/// <summary>What a store says about itself.</summary>
public abstract record StoreCondition
{
    private StoreCondition()
    {
    }

    /// <summary>A node may serve on it.</summary>
    /// <param name="Time">
    /// The store's own clock, read during the call; the host's where the store has no other.
    /// </param>
    public sealed record Good(UnixMilliseconds Time) : StoreCondition;

    /// <summary>No node may serve on it as it is.</summary>
    public sealed record Refused(StoreRefusal Reason) : StoreCondition;
}

/// <summary>Why a store refuses a node.</summary>
public enum StoreRefusal
{
    /// <summary>Its tables are older or newer than this program knows.</summary>
    SchemaNotCurrent = 1,

    /// <summary>It takes no writes: a standby, or set read-only.</summary>
    ReadOnly = 2,

    /// <summary>It lacks entries that this node acknowledged: the tail is missing after a failover.</summary>
    TailMissing = 3,

    /// <summary>It is another database than the one this node acknowledged entries of.</summary>
    AnotherStore = 4,

    /// <summary>It has failed for good; only a new process may open it.</summary>
    Failed = 5,

    /// <summary>Its last commits failed, or one does not come to its end.</summary>
    NotCommitting = 6,
}
