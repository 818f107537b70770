using Exchange.Benchmarks.World;
using Exchange.Cluster.Hosts;
using Exchange.Cluster.Messages;
using Exchange.Cluster.Tests.Hosts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Serialization;
using static Exchange.Cluster.Tests.DuplicateActivationTests;

namespace Exchange.Cluster.Tests;

/// <summary>Answers that cannot be read, and calls that fail in ways that nobody foresaw.</summary>
public sealed class FailedAnswerTests
{
    private static readonly Packed NoMessage = new([0xc1]);

    private static readonly Packed UnknownAnswer = Packed.Of(new AnswerMessage(MessageVersion.Newest, (AnswerKind)99));

    private static readonly Packed OldestAnswer = Packed.Of(
        new AnswerMessage(MessageVersion.Oldest - 1, AnswerKind.NotSpoken));

    [ServerFact]
    public async Task A_command_that_was_executed_is_accepted_whatever_became_of_its_answer()
    {
        using var database = TestDatabase.Create();
        var failing = new FailingCalls(nameof(IChainGrain.SubmitAsync));
        await using var silo = await TestNode.StartPeopledSiloAsync(database, failing);
        Func<Parcel>[] answers =
        [
            () => Parcel.Of(NoMessage), () => Parcel.Of(UnknownAnswer),
            () => throw new SerializerException("The answer is not of this world."),
        ];

        foreach (var (number, answer) in answers.Index())
        {
            failing.AnswerWith(answer, executes: true);
            var outcome = Assert.IsType<SubmitOutcome.Accepted>(
                await silo.Exchange.SubmitAsync(Withdrawal(number), CancellationToken.None));
            Assert.True(outcome.Replayed);
        }

        Assert.Equal(answers.Length, failing.Count);
        Assert.Equal(
            1 + answers.Length, (await Script.ChainsAsync(silo.Ledger))[Parties.HouseholdOf(1)].Length);
    }

    [ServerFact]
    public async Task A_command_whose_call_failed_has_an_unknown_outcome_where_nothing_is_found()
    {
        using var database = TestDatabase.Create();
        var failing = new FailingCalls(nameof(IChainGrain.SubmitAsync));
        await using var silo = await TestNode.StartPeopledSiloAsync(database, failing);

        failing.AnswerWith(() => Parcel.Of(NoMessage), executes: false);
        var unread = await silo.Exchange.SubmitAsync(Withdrawal(1), CancellationToken.None);
        failing.AnswerWith(() => throw new SerializerException("It was not understood."), executes: false);
        var failed = await silo.Exchange.SubmitAsync(Withdrawal(1), CancellationToken.None);

        _ = Assert.IsType<SubmitOutcome.Unknown>(unread);
        _ = Assert.IsType<SubmitOutcome.Unknown>(failed);
        Assert.Equal(2, failing.Count);
    }

    [ServerFact]
    public async Task A_command_whose_look_up_fails_too_has_an_unknown_outcome()
    {
        using var database = TestDatabase.Create();
        var failing = new FailingCalls(nameof(IChainGrain.SubmitAsync));
        await using var silo = await TestNode.StartPeopledSiloAsync(database, failing);
        var (closed, here) = await TestNode.OpenAloneAsync(database, TimeProvider.System);
        await here.DisposeAsync();
        closed.Dispose();
        var exchange = new ClusterExchange(
            silo.Services.GetRequiredService<IGrainFactory>(), here, TimeProvider.System,
            NullLogger<ClusterExchange>.Instance);

        failing.AnswerWith(() => Parcel.Of(UnknownAnswer), executes: true);
        var outcome = await exchange.SubmitAsync(Withdrawal(1), CancellationToken.None);

        _ = Assert.IsType<SubmitOutcome.Unknown>(outcome);
    }

    [ServerFact]
    public async Task A_silo_that_speaks_no_form_that_is_spoken_here_is_told_to_callers_as_unavailable()
    {
        using var database = TestDatabase.Create();
        var failing = new FailingCalls(nameof(IChainGrain.SubmitAsync));
        await using var silo = await TestNode.StartPeopledSiloAsync(database, failing);

        failing.AnswerWith(() => Parcel.Of(OldestAnswer), executes: false);
        var outcome = await silo.Exchange.SubmitAsync(Withdrawal(1), CancellationToken.None);

        Assert.Equal(
            UnavailableReason.StoreUnavailable, Assert.IsType<SubmitOutcome.Unavailable>(outcome).Reason);
        Assert.Equal(1, failing.Count);
    }
}
