using Exchange.Engine.Leases;

namespace Exchange.Engine.Processes;

/// <summary>
/// The jobs that exist once per exchange, for whoever holds the lease of due work. They may run twice, here or
/// elsewhere: effects happen once.
/// </summary>
public interface IExchangeJobs
{
    /// <summary>Takes the lease of due work for this node as soon as it is free, until disposed.</summary>
    LeaseKeeper Lease();

    /// <summary>A runner of due work under a lease, not begun: its passes are asked for.</summary>
    ProcessRunner Runner(LeaseKeeper lease);

    /// <summary>Closes what nodes that died left open; answers how much.</summary>
    ValueTask<int> RecoverAsync(CancellationToken cancellationToken);

    /// <summary>Removes content that nothing names; answers how many pieces.</summary>
    ValueTask<int> CollectAsync(CancellationToken cancellationToken);
}
