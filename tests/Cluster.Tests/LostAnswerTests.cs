using System.Diagnostics.Metrics;
using Exchange.Benchmarks.World;
using Exchange.Cluster.Hosts;
using Exchange.Cluster.Tests.Hosts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Hosting;
using static Exchange.Cluster.Tests.DuplicateActivationTests;

namespace Exchange.Cluster.Tests;

/// <summary>Answers that never come: what became of a command is looked up, and nobody is told a guess.</summary>
public sealed class LostAnswerTests
{
    [ServerFact]
    public async Task A_command_whose_answer_is_lost_is_found_by_its_id()
    {
        using var database = TestDatabase.Create();
        var losing = new Losing();
        await using var silo = await TestNode.StartPeopledSiloAsync(database, losing);

        using var counted = new CountedLosses();
        losing.After = 1;
        var outcome = Assert.IsType<SubmitOutcome.Accepted>(
            await silo.Exchange.SubmitAsync(Withdrawal(1), CancellationToken.None));

        Assert.True(outcome.Replayed);
        Assert.Equal((1, 1), (losing.Lost, counted.Count));
        Assert.Equal(2, (await Script.ChainsAsync(silo.Ledger))[Parties.HouseholdOf(1)].Length);
    }

    [ServerFact]
    public async Task A_command_that_never_came_to_its_grain_is_given_again()
    {
        using var database = TestDatabase.Create();
        var losing = new Losing();
        await using var silo = await TestNode.StartPeopledSiloAsync(database, losing);

        // However long three tries take here.
        var exchange = new ClusterExchange(
            silo.Services.GetRequiredService<IGrainFactory>(), silo.Here, new StoppedClock(),
            NullLogger<ClusterExchange>.Instance);

        using var counted = new CountedLosses();
        losing.Before = 3;
        var outcome = Assert.IsType<SubmitOutcome.Accepted>(
            await exchange.SubmitAsync(Withdrawal(1), CancellationToken.None));

        Assert.False(outcome.Replayed);
        Assert.Equal((3, 3), (losing.Lost, counted.Count));
    }

    [ServerFact]
    public async Task A_command_that_nobody_answers_for_has_an_unknown_outcome()
    {
        using var database = TestDatabase.Create();
        var losing = new Losing();
        await using var silo = await TestNode.StartPeopledSiloAsync(database, losing);

        losing.Before = int.MaxValue;
        var unknown = await silo.Exchange.SubmitAsync(Withdrawal(1), CancellationToken.None);
        losing.Before = 0;
        var retried = await AcceptedAsync(silo.Exchange, Withdrawal(1));

        _ = Assert.IsType<SubmitOutcome.Unknown>(unknown);
        Assert.Equal(1, retried.Index.Value);
    }

    /// <summary>For whoever measures, no time passes; its timers are the machine's.</summary>
    private sealed class StoppedClock : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }

    /// <summary>What the figure says of the calls of one test, beside which others lose theirs.</summary>
    private sealed class CountedLosses : IDisposable
    {
        private readonly AsyncLocal<bool> _isMine = new() { Value = true };
        private readonly MeterListener _listener = new()
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name == "exchange.cluster.calls.lost")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        private long _count;

        internal CountedLosses()
        {
            _listener.SetMeasurementEventCallback<long>(
                (_, count, _, _) => Interlocked.Add(ref _count, _isMine.Value ? count : 0));
            _listener.Start();
        }

        internal long Count => Interlocked.Read(ref _count);

        public void Dispose() => _listener.Dispose();
    }

    /// <summary>Loses some answers before or after the grain did what it was asked.</summary>
    private sealed class Losing : IIncomingGrainCallFilter
    {
        private int _lost;

        internal int Before { get; set; }

        internal int After { get; set; }

        internal int Lost => _lost;

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            var isCommand = context.InterfaceMethod.Name == nameof(IChainGrain.SubmitAsync);
            if (isCommand && Before > 0)
            {
                Lose(--Before);
            }

            await context.Invoke();
            if (isCommand && After > 0)
            {
                Lose(--After);
            }
        }

        private void Lose(int left) =>
            throw new TimeoutException($"Lost {Interlocked.Increment(ref _lost)}, {left} to be lost.");
    }
}
