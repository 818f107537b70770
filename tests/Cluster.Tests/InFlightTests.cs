using Exchange.Benchmarks.World;
using Exchange.Cluster.Hosts;
using Exchange.Cluster.Messages;
using Exchange.Cluster.Tests.Hosts;
using Exchange.Engine.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using static Exchange.Cluster.Tests.DuplicateActivationTests;

namespace Exchange.Cluster.Tests;

/// <summary>Calls of one node that are under way at once.</summary>
public sealed class InFlightTests
{
    [ServerFact]
    public async Task A_command_more_than_may_be_under_way_is_told_to_come_back()
    {
        using var database = TestDatabase.Create();
        var held = new HeldCalls();
        await using var silo = await TestNode.StartPeopledSiloAsync(database, held);
        var exchange = ExchangeOf(silo, inFlightMax: 2);
        using var patience = new CancellationTokenSource();

        // Who gives up makes no room: what was sent is under way still.
        held.HoldNext(commands: int.MaxValue, reads: 0);
        var first = exchange.SubmitAsync(Withdrawal(1), CancellationToken.None);
        var given = exchange.SubmitAsync(Withdrawal(2), patience.Token).AsTask();
        await patience.CancelAsync();
        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        var third = exchange.SubmitAsync(Withdrawal(3), CancellationToken.None);

        Assert.True(third.IsCompleted);
        Assert.Equal(
            new SubmitOutcome.Unavailable(UnavailableReason.Overloaded, GrainContext.RetryAfter), await third);
        held.LetGo();
        _ = await first;
        await Until.IsSoAsync(
            async () => await exchange.SubmitAsync(Withdrawal(3), CancellationToken.None) is SubmitOutcome.Accepted,
            () => "a node that is full still");
    }

    [ServerFact]
    public async Task A_command_that_fails_is_under_way_no_more()
    {
        using var database = TestDatabase.Create();
        var failing = new FailingCalls(nameof(IChainGrain.SubmitAsync));
        await using var silo = await TestNode.StartPeopledSiloAsync(database, failing);
        var exchange = ExchangeOf(silo, inFlightMax: 1);

        failing.AnswerWith(() => Parcel.Of(new Packed([0xc1])), executes: false);
        var failed = await exchange.SubmitAsync(Withdrawal(1), CancellationToken.None);

        _ = Assert.IsType<SubmitOutcome.Unknown>(failed);
        _ = await AcceptedAsync(exchange, Withdrawal(2));
        _ = await AcceptedAsync(exchange, Withdrawal(3));
    }

    [ServerFact]
    public async Task A_read_and_a_command_wait_for_none_that_is_held_in_their_grain()
    {
        using var database = TestDatabase.Create();
        var held = new HeldCalls();
        await using var silo = await TestNode.StartPeopledSiloAsync(database, held);
        var chain = Parties.HouseholdOf(1);

        held.HoldNext(commands: 1, reads: 1);
        var grain = ChainGrainTypes.Of(silo.Services.GetRequiredService<IGrainFactory>(), chain);
        var command = grain.SubmitAsync(Parcel.Of(Withdrawal(1), Unpacked));
        var read = grain.ReadAsync(MessageVersion.Newest);
        await Until.IsSoAsync(() => held.Count == 2, () => $"{held.Count} held");
        var other = await silo.Exchange.ReadAsync(chain, CancellationToken.None);
        _ = await AcceptedAsync(silo.Exchange, Withdrawal(2));

        Assert.Equal(0, other.Head.Index.Value);
        held.LetGo();

        // They may have waited too long for an answer by now.
        Task ended = Task.WhenAll(command, read);
        await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static Packed Unpacked() => throw new InvalidOperationException("It was packed.");

    private static ClusterExchange ExchangeOf(TestNode silo, int inFlightMax) => new(
        silo.Services.GetRequiredService<IGrainFactory>(), silo.Here, TimeProvider.System,
        NullLogger<ClusterExchange>.Instance) { InFlightMax = inFlightMax };
}
