using Exchange.Benchmarks.Silos;
using Exchange.Benchmarks.World;
using Exchange.Cluster.Jobs;
using Exchange.Cluster.Tests.Hosts;
using Exchange.Engine.Ports;
using Exchange.Engine.Processes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
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
        CountedJobs first = new(), second = new();
        var leaves = await StartAsync(database, first.StandBefore);
        await Until.IsSoAsync(() => first.Collections > 0, () => "no collection");
        await using var stays = await StartAsync(database, second.StandBefore);
        await leaves.DisposeAsync();

        // What is looked at in every round is looked at again: so was the collection.
        await Until.IsSoAsync(() => second.Recoveries > 1, () => $"{second.Recoveries} recoveries");

        Assert.Equal((1, 0), (first.Collections, second.Collections));
    }

    [ServerFact]
    public async Task A_silo_that_waited_for_the_lease_knows_what_was_done_meanwhile()
    {
        using var database = TestDatabase.Create();
        var (store, exchange) = await TestNode.OpenAloneAsync(database, TimeProvider.System);
        using var closed = store;
        await using var ended = exchange;
        await using var services = new ServiceCollection().AddSingleton<IExchange>(exchange).BuildServiceProvider();
        var shelf = new CursorShelf();
        CountedJobs first = new(new NodeJobs(store, services)), second = new(new NodeJobs(store, services));

        // Orleans may bring the grain to life in a second silo while it still is in the first.
        var leaves = RoundsOf(first).Begin(shelf.Take());
        await using var stays = RoundsOf(second).Begin(shelf.Take());
        await TickUntilAsync(leaves, () => first.Collections > 0);
        await stays.TickAsync();
        await leaves.DisposeAsync();
        await TickUntilAsync(stays, () => second.Recoveries > 1);

        Assert.Equal((1, 0), (first.Collections, second.Collections));
    }

    private static JobRounds RoundsOf(IExchangeJobs jobs) => new(
        jobs, new("", "test", "test"), TimeProvider.System, NullLogger<JobRounds>.Instance);

    private static Task TickUntilAsync(JobRound round, Func<bool> isSo) => Until.IsSoAsync(
        async () =>
        {
            await round.TickAsync();
            return isSo();
        },
        () => "what the round was to do is not done");

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
}
