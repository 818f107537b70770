namespace Exchange.Store.Tests;

/// <summary>A store that keeps leases too.</summary>
public abstract class LeasingFixture : StoreFixture
{
    public abstract ILeaseStore Leases { get; }

    /// <summary>Moves the clock of the leases on.</summary>
    public abstract void Pass(TimeSpan time);
}
