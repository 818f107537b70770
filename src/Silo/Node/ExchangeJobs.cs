using Exchange.Engine.Contents;
using Exchange.Engine.Leases;
using Exchange.Engine.Ports;
using Exchange.Engine.Processes;
using Microsoft.Extensions.Logging;

namespace Exchange.Silo.Node;

/// <summary>The jobs of the exchange as this node does them.</summary>
internal sealed class ExchangeJobs(
    IExchange exchange, ILedgerStore ledger, IRowStore rows, IContentStore contents, IDeliveries deliveries,
    ILeaseStore leases, NodeRun run, TimeProvider time, ILogger<ExchangeJobs> logger) : IExchangeJobs
{
    public LeaseKeeper Lease()
    {
        var lease = new LeaseKeeper(leases, LeaseName.DueWork, run.Current, time, logger);
        lease.Start();
        return lease;
    }

    // Nobody wakes it: a cluster's agreements are stored by any silo, and its passes come often enough.
    public ProcessRunner Runner(LeaseKeeper lease) => new(exchange, ledger, rows, new(), lease, time, logger);

    public async ValueTask<int> RecoverAsync(CancellationToken cancellationToken)
    {
        var lost = await deliveries.RecoverAsync(cancellationToken);
        if (lost > 0)
        {
            Log.Recovered(logger, lost);
        }

        return lost;
    }

    public async ValueTask<int> CollectAsync(CancellationToken cancellationToken)
    {
        var orphans = await OrphanedContent.CollectAsync(rows, contents, time, cancellationToken);
        Log.Collected(logger, orphans);
        return orphans;
    }
}
