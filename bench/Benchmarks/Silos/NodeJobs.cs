using Exchange.Engine;
using Exchange.Engine.Leases;
using Exchange.Engine.Processes;
using Exchange.Store.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exchange.Benchmarks.Silos;

/// <summary>
/// The jobs of an exchange in which nothing is traded or delivered: due work is looked for as in any.
/// </summary>
internal sealed class NodeJobs(PostgresStore store, IServiceProvider services) : IExchangeJobs
{
    public LeaseKeeper Lease()
    {
        var lease = new LeaseKeeper(
            store.Leases, Engine.Ports.LeaseName.DueWork, NodeRun.NewName(), TimeProvider.System, NullLogger.Instance);
        lease.Start();
        return lease;
    }

    public ProcessRunner Runner(LeaseKeeper lease) => new(
        services.GetRequiredService<IExchange>(), store.Ledger, store.Rows, new(), lease, TimeProvider.System,
        NullLogger.Instance);

    // No delivery was begun and no content uploaded.
    public ValueTask<int> RecoverAsync(CancellationToken cancellationToken) => ValueTask.FromResult(0);

    public ValueTask<int> CollectAsync(CancellationToken cancellationToken) => ValueTask.FromResult(0);
}
