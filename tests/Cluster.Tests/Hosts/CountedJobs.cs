using Exchange.Cluster.Jobs;
using Exchange.Engine.Leases;
using Exchange.Engine.Processes;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;

namespace Exchange.Cluster.Tests.Hosts;

/// <summary>Counts what a silo does of the jobs that are given to it.</summary>
internal sealed class CountedJobs(IExchangeJobs? inner = null) : IExchangeJobs
{
    private IExchangeJobs? _inner = inner;
    private int _recoveries;
    private int _collections;

    internal int Recoveries => Volatile.Read(ref _recoveries);

    internal int Collections => Volatile.Read(ref _collections);

    /// <summary>Stands before the jobs of a silo that is built.</summary>
    internal void StandBefore(ISiloBuilder silo)
    {
        var make = silo.Services.Last(each => each.ServiceType == typeof(IExchangeJobs)).ImplementationFactory!;
        silo.Services.AddSingleton<IExchangeJobs>(services =>
        {
            _inner = (IExchangeJobs)make(services);
            return this;
        });
    }

    public LeaseKeeper Lease() => _inner!.Lease();

    public ProcessRunner Runner(LeaseKeeper lease) => _inner!.Runner(lease);

    public ValueTask<int> RecoverAsync(CancellationToken cancellationToken)
    {
        _ = Interlocked.Increment(ref _recoveries);
        return _inner!.RecoverAsync(cancellationToken);
    }

    public ValueTask<int> CollectAsync(CancellationToken cancellationToken)
    {
        _ = Interlocked.Increment(ref _collections);
        return _inner!.CollectAsync(cancellationToken);
    }
}
