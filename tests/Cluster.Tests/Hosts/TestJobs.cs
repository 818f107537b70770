using Exchange.Engine.Leases;
using Exchange.Engine.Processes;
using Exchange.Store.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exchange.Cluster.Tests.Hosts;

/// <summary>Due work as a node does it; there are no deliveries and no content to look after.</summary>
internal sealed class TestJobs(PostgresStore store) : IExchangeJobs
{
    internal Func<IExchange> Exchange { get; set; } = null!;

    public LeaseKeeper Lease()
    {
        var lease = new LeaseKeeper(
            store.Leases, Engine.Ports.LeaseName.DueWork, NodeRun.NewName(), TimeProvider.System, NullLogger.Instance);
        lease.Start();
        return lease;
    }

    public ProcessRunner Runner(LeaseKeeper lease) => new(
        Exchange(), store.Ledger, store.Rows, new(), lease, TimeProvider.System, NullLogger.Instance);

    public ValueTask<int> RecoverAsync(CancellationToken cancellationToken) => new(0);

    public ValueTask<int> CollectAsync(CancellationToken cancellationToken) => new(0);
}
