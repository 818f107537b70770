using Exchange.Engine.Leases;
using Exchange.Engine.Ports;
using Microsoft.Extensions.Logging;

namespace Exchange.Silo.Node;

/// <summary>The leases of a node: its run, and the work that one node does for the whole exchange.</summary>
internal sealed class NodeLeases : IAsyncDisposable
{
    private NodeLeases(LeaseKeeper dueWork, NodeRun run) => (DueWork, Run) = (dueWork, run);

    /// <summary>Held by one node of the exchange at a time.</summary>
    internal LeaseKeeper DueWork { get; }

    /// <summary>What this node's deliveries are started under.</summary>
    internal NodeRun Run { get; }

    /// <summary>Takes what is free, and begins to renew.</summary>
    /// <param name="doesDueWork">Whether due work is this node's to take; in a cluster it goes with its grain.</param>
    internal static async Task<NodeLeases> TakeAsync(
        ILeaseStore leases, bool doesDueWork, ILogger logger, CancellationToken cancellationToken)
    {
        var run = await NodeRun.BeginAsync(
            leases, NodeRun.NewName, TimeProvider.System, logger, cancellationToken);
        var dueWork = new LeaseKeeper(leases, LeaseName.DueWork, run.Current, TimeProvider.System, logger);
        if (doesDueWork)
        {
            _ = await dueWork.RenewAsync(cancellationToken);
            dueWork.Start();
        }

        run.Start();
        return new(dueWork, run);
    }

    /// <summary>Gives both back: another node goes on at once.</summary>
    public async ValueTask DisposeAsync()
    {
        await DueWork.DisposeAsync();
        await Run.DisposeAsync();
    }
}
