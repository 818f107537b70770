using Exchange.Benchmarks.World;
using Exchange.Cluster.Jobs;
using Exchange.Cluster.Tests.Hosts;
using Exchange.Engine.Leases;
using Exchange.Engine.Processes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Hosting;

namespace Exchange.Cluster.Tests;

/// <summary>The jobs of the exchange while their silo is told to stop, and after it left. No reminder helps.</summary>
public sealed class JobsMoveTests
{
    private static readonly TimeSpan Never = TimeSpan.FromHours(1);

    [ServerFact]
    public async Task Due_work_is_done_by_a_silo_that_is_told_to_stop_until_its_grains_leave()
    {
        using var database = TestDatabase.Create();
        await using var silo = await StartAsync(database);
        await new Parties(silo.Exchange).RegisterAsync();

        // Requests have their time before a silo leaves.
        silo.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await RequestAsync(silo, ChainId.Parse("agreement/late"));

        await NothingIsDueAsync(silo);
    }

    [ServerFact]
    public async Task Due_work_is_done_soon_after_the_silo_of_the_jobs_left()
    {
        using var database = TestDatabase.Create();
        var leaves = await StartAsync(database);
        await new Parties(leaves.Exchange).RegisterAsync();
        await RequestAsync(leaves, ChainId.Parse("agreement/first"));
        await NothingIsDueAsync(leaves);
        var woken = new Woken();
        await using var stays = await StartAsync(database, more: silo => silo.AddOutgoingGrainCallFilter(woken));

        // It has done what it does when it joins, while the jobs were awake elsewhere.
        await Until.IsSoAsync(() => woken.Count > 0, () => "no call that wakes the jobs");
        await leaves.DisposeAsync();

        await RequestAsync(stays, ChainId.Parse("agreement/second"));

        await NothingIsDueAsync(stays);
    }

    [ServerFact]
    public async Task The_next_silo_knows_when_content_was_collected_last()
    {
        using var database = TestDatabase.Create();
        Counted first = new(), second = new();
        var leaves = await StartAsync(database, first.StandBefore);
        await Until.IsSoAsync(() => first.Collections > 0, () => "no collection");
        await using var stays = await StartAsync(database, second.StandBefore);
        await leaves.DisposeAsync();

        // What is looked at in every round is looked at again: so was the collection.
        await Until.IsSoAsync(() => second.Recoveries > 1, () => $"{second.Recoveries} recoveries");

        Assert.Equal((1, 0), (first.Collections, second.Collections));
    }

    private static Task<TestNode> StartAsync(TestDatabase database, Action<ISiloBuilder>? more = null) =>
        TestNode.StartSiloAsync(
            database, TimeProvider.System, more, with: setup => setup with { RemindEvery = Never });

    private static async Task RequestAsync(TestNode silo, ChainId agreement) =>
        await DuplicateActivationTests.AcceptedAsync(
            silo.Exchange, Script.Request(number: 1) with { Chain = agreement });

    private static Task NothingIsDueAsync(TestNode silo) => Until.IsSoAsync(
        async () => (await DueWork.ListAsync(silo.Store)).IsEmpty, () => "what is due still");

    /// <summary>Counts how often a silo woke the jobs.</summary>
    private sealed class Woken : IOutgoingGrainCallFilter
    {
        private int _count;

        internal int Count => Volatile.Read(ref _count);

        public async Task Invoke(IOutgoingGrainCallContext context)
        {
            await context.Invoke();
            if (context.InterfaceMethod.Name == nameof(IExchangeJobsGrain.WakeAsync))
            {
                _ = Interlocked.Increment(ref _count);
            }
        }
    }

    /// <summary>Counts what a silo does of the jobs that are given to it.</summary>
    private sealed class Counted : IExchangeJobs
    {
        private IExchangeJobs? _inner;
        private int _recoveries;
        private int _collections;

        internal int Recoveries => Volatile.Read(ref _recoveries);

        internal int Collections => Volatile.Read(ref _collections);

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
}
