using Exchange.Engine.Leases;
using Exchange.Engine.Ports;
using Exchange.Engine.Processes;
using Exchange.Store.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exchange.Cluster.Tests.Hosts;

/// <summary>Due work that a test does itself, when it wants: it holds the lease, so that no silo does any.</summary>
internal sealed class DueWork : IAsyncDisposable
{
    private const int PassesMax = 10;

    private readonly PostgresStore _store;
    private readonly LeaseKeeper _lease;

    private DueWork(PostgresStore store, LeaseKeeper lease) => (_store, _lease) = (store, lease);

    /// <summary>Takes the lease, which nobody may hold, and keeps it.</summary>
    internal static async Task<DueWork> TakeAsync(PostgresStore store)
    {
        var lease = new LeaseKeeper(
            store.Leases, LeaseName.DueWork, NodeRun.NewName(), TimeProvider.System, NullLogger.Instance);
        Assert.NotNull(await lease.RenewAsync(CancellationToken.None));
        lease.Start();
        return new(store, lease);
    }

    /// <summary>All due work of a database, whenever it is due.</summary>
    internal static async Task<ImmutableArray<Row>> ListAsync(PostgresStore store) => await store.Rows.ListAsync(
        new(RowTable.DueWork, RowFilter.DueBy, [RowValue.Of(long.MaxValue)]), after: null, 10, CancellationToken.None);

    /// <summary>Does all that is due, one command after the other.</summary>
    internal async Task DoAsync(IExchange exchange, TimeProvider time)
    {
        await using var runner = new ProcessRunner(
            exchange, _store.Ledger, _store.Rows, new(), _lease, time, NullLogger.Instance);
        for (var passes = 0; !(await ListAsync(_store)).IsEmpty; passes++)
        {
            Assert.True(passes < PassesMax, $"expected that nothing is due after {PassesMax} passes");
            _ = await runner.PassAsync(CancellationToken.None);
        }
    }

    public ValueTask DisposeAsync() => _lease.DisposeAsync();
}
