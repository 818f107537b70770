using Exchange.Benchmarks.Silos;
using Exchange.Benchmarks.World;
using Exchange.Cluster.Jobs;
using Exchange.Cluster.Tests.Hosts;
using Exchange.Engine.Leases;
using Exchange.Engine.Ports;
using Exchange.Engine.Processes;
using Exchange.Store.Memory;
using Exchange.Store.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exchange.Cluster.Tests;

/// <summary>The jobs of the exchange in two silos at once, each of which believes that the lease is its own.</summary>
public sealed class TwoRoundsTests
{
    [ServerFact]
    public async Task What_is_due_happens_once_though_two_silos_do_it_at_the_same_time()
    {
        using var database = TestDatabase.Create();
        var (firstStore, firstExchange) = await TestNode.OpenAloneAsync(database, TimeProvider.System);
        using var closed = firstStore;
        await using var ended = firstExchange;
        var (secondStore, secondExchange) = await TestNode.OpenAloneAsync(database, TimeProvider.System);
        using var alsoClosed = secondStore;
        await using var alsoEnded = secondExchange;
        await new Parties(firstExchange).RegisterAsync();
        _ = await DuplicateActivationTests.AcceptedAsync(firstExchange, Script.Request(number: 1));
        var before = await Script.ChainsAsync(firstStore.Ledger);

        var meeting = new Meeting();
        var shelf = new CursorShelf();
        await using (var first = Begin(firstStore, new Met(firstExchange, meeting), shelf))
        await using (var second = Begin(secondStore, new Met(secondExchange, meeting), shelf))
        {
            await Until.IsSoAsync(
                async () =>
                {
                    await first.TickAsync();
                    await second.TickAsync();
                    return (await DueWork.ListAsync(firstStore)).IsEmpty;
                },
                () => $"{meeting.Count} at it, and what is due still");
        }

        // Requested, and closed for either party, on whose chain it is noted.
        var after = await Script.ChainsAsync(firstStore.Ledger);
        Assert.Equal(2, meeting.Count);
        Assert.Equal(3, after[Script.Agreement].Length);
        Assert.Equal(
            [before[Parties.Buyer].Length + 1, before[Parties.Department].Length + 1],
            [after[Parties.Buyer].Length, after[Parties.Department].Length]);
    }

    private static JobRound Begin(PostgresStore store, IExchange exchange, CursorShelf shelf) => new JobRounds(
        new BelievingJobs(new NodeJobs(
            store, new ServiceCollection().AddSingleton(exchange).BuildServiceProvider())),
        new("", "test", "test"), TimeProvider.System, NullLogger<JobRounds>.Instance).Begin(shelf.Take());

    /// <summary>Where the first step of each silo waits for that of the other.</summary>
    private sealed class Meeting
    {
        private readonly TaskCompletionSource _both = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _count;

        internal int Count => Volatile.Read(ref _count);

        internal async Task MeetAsync()
        {
            if (Interlocked.Increment(ref _count) == 2)
            {
                _both.SetResult();
            }

            await _both.Task;
        }
    }

    /// <summary>Reads before it meets the other, so that both know the same.</summary>
    private sealed class Met(IExchange inner, Meeting meeting) : IExchange
    {
        private int _reads;

        public ExchangeId Id => inner.Id;

        public ValueTask<SubmitOutcome> SubmitAsync(CommandRequest request, CancellationToken cancellationToken) =>
            inner.SubmitAsync(request, cancellationToken);

        public async ValueTask<GrainReading> ReadAsync(ChainId chain, CancellationToken cancellationToken)
        {
            var reading = await inner.ReadAsync(chain, cancellationToken);
            if (Interlocked.Increment(ref _reads) == 1)
            {
                await meeting.MeetAsync();
            }

            return reading;
        }

        public ValueTask<ReplayOutcome> ReplayAsync(
            ChainId chain, ReplayPoint point, CancellationToken cancellationToken) =>
            inner.ReplayAsync(chain, point, cancellationToken);
    }

    /// <summary>Holds the lease whoever else does, as a silo that stood still believes for a moment.</summary>
    private sealed class BelievingJobs(IExchangeJobs inner) : IExchangeJobs
    {
        public LeaseKeeper Lease()
        {
            var lease = new LeaseKeeper(
                new MemoryLeaseStore(TimeProvider.System), LeaseName.DueWork, NodeRun.NewName(), TimeProvider.System,
                NullLogger.Instance);
            lease.Start();
            return lease;
        }

        public ProcessRunner Runner(LeaseKeeper lease) => inner.Runner(lease);

        public ValueTask<int> RecoverAsync(CancellationToken cancellationToken) =>
            inner.RecoverAsync(cancellationToken);

        public ValueTask<int> CollectAsync(CancellationToken cancellationToken) =>
            inner.CollectAsync(cancellationToken);
    }
}
