namespace Exchange.Engine.Ports;

// family: leases

/// <summary>
/// Gives jobs that exist once per exchange to one node at a time, by the store's own clock. Epochs of a lease only
/// grow, and a new holder has a new one, so that what an earlier holder still does can be told apart. Thread-safe.
/// Every method throws <see cref="StoreUnavailableException"/> where the store cannot be asked.
/// </summary>
public interface ILeaseStore
{
    /// <summary>
    /// Takes the lease where nobody holds it or the holder's time is over; extends it for its holder, with the same
    /// epoch. Nothing where somebody else holds it.
    /// </summary>
    ValueTask<Lease?> TryTakeAsync(
        LeaseName name, GrainKey holder, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Whether exactly this lease, of this epoch, is held now.</summary>
    ValueTask<bool> IsHeldAsync(Lease lease, CancellationToken cancellationToken);

    /// <summary>Gives a lease back, so that the next holder need not wait; nothing happens where it is lost.</summary>
    ValueTask ReleaseAsync(Lease lease, CancellationToken cancellationToken);
}

/// <summary>What a lease is for: <c>due-work</c>, or a run of a node.</summary>
public readonly record struct LeaseName(string Value)
{
    /// <summary>Due work of the whole exchange: one node reads it at a time.</summary>
    public static LeaseName DueWork => new("due-work");

    /// <summary>Held by a run as long as it lives: others close its deliveries when it is over.</summary>
    public static LeaseName OfRun(GrainKey run) => new("run/" + run.Value);

    public override string ToString() => Value;
}

/// <summary>How often a lease changed its holder.</summary>
public readonly record struct LeaseEpoch(long Value);

/// <summary>A lease that was taken.</summary>
public sealed record Lease(LeaseName Name, GrainKey Holder, LeaseEpoch Epoch);
