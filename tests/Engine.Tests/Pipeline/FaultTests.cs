using Exchange.Engine.Ports;
using Exchange.Store.Memory;

namespace Exchange.Engine.Tests.Pipeline;

/// <summary>Every fault of the store twice: failed and not stored, failed but stored.</summary>
public sealed class FaultTests
{
    public static TheoryData<MemoryFault, bool> Faults
    {
        get
        {
            var rows = new TheoryData<MemoryFault, bool>();
            foreach (var fault in Enum.GetValues<MemoryFault>())
            {
                rows.Add(fault, false);
                rows.Add(fault, true);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_fault_never_loses_or_doubles_a_command(MemoryFault fault, bool stored)
    {
        await using var world = await World.OpenAsync();
        _ = await world.AcceptedAsync(world.Note("first"));
        var request = world.Note("second");
        world.Ledger.Faults.FailNext(fault, stored);

        var outcome = await world.SubmitAsync(request);
        await world.AssertGoodAsync();
        var again = await world.AcceptedAsync(request);
        _ = await world.AcceptedAsync(world.Note("third"));

        Assert.Equal(fault == MemoryFault.Unavailable, outcome is SubmitOutcome.Unavailable);
        Assert.Equal(stored || fault != MemoryFault.Unavailable, again.Replayed);
        Assert.Equal(["first", "second", "third"], (await world.TallyAsync()).Noted.Select(key => key.Value));
        await world.AssertGoodAsync();
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_fault_that_stays_is_told_and_the_next_run_knows(MemoryFault fault, bool stored)
    {
        await using var world = await World.OpenAsync();
        var request = world.Note("only");
        for (var i = 0; i < 3; i++)
        {
            world.Ledger.Faults.FailNext(fault, stored && i == 2);
        }

        var outcome = await world.SubmitAsync(request);
        world.Ledger.Faults.Clear();
        await world.BeginAsync();
        var again = await world.AcceptedAsync(request);

        Assert.Equal(
            fault is MemoryFault.OutcomeUnknown or MemoryFault.Broken
                ? typeof(SubmitOutcome.Unknown)
                : typeof(SubmitOutcome.Unavailable),
            outcome.GetType());
        Assert.Equal(1, (await world.TallyAsync()).Count);
        Assert.Equal(stored && fault != MemoryFault.Unavailable, again.Replayed);
        await world.AssertGoodAsync();
    }

    [Fact]
    public async Task A_store_that_is_gone_is_told_and_comes_back()
    {
        await using var world = await World.OpenAsync();
        var request = world.Note("only");
        world.Ledger.Faults.IsDown = true;

        var gone = Assert.IsType<SubmitOutcome.Unavailable>(await world.SubmitAsync(request));
        _ = await Assert.ThrowsAsync<StoreUnavailableException>(() => world.TallyAsync());
        world.Ledger.Faults.IsDown = false;
        _ = await world.AcceptedAsync(request);

        Assert.Equal(UnavailableReason.StoreUnavailable, gone.Reason);
        await world.AssertGoodAsync();
    }

    [Fact]
    public async Task Another_owner_of_the_chain_is_noticed_before_anything_is_refused_or_read()
    {
        await using var world = await World.OpenAsync();
        var stale = world.Exchange;
        _ = await world.AcceptedAsync(world.Note("first"));
        await using var other = await world.BeginAsync();
        _ = await world.AcceptedAsync(world.Note("second"));
        _ = await world.AcceptedAsync(world.Request(new Exchange.Grains.Buyers.ApproveBuyer()));

        var read = await stale.ReadAsync(World.Chain, CancellationToken.None);
        var refused = await stale.SubmitAsync(
            world.Request(new Exchange.Grains.Buyers.ApproveBuyer()), CancellationToken.None);
        var accepted = await stale.SubmitAsync(world.Note("third"), CancellationToken.None);

        Assert.Equal(2, ((TallyState)read.State).Count);
        Assert.Equal(Exchange.Grains.Refusal.BuyerAlreadyApproved, ((SubmitOutcome.Refused)refused).Reason);
        _ = Assert.IsType<SubmitOutcome.Accepted>(accepted);
        await world.AssertGoodAsync();
    }

    [Fact]
    public async Task Random_faults_under_load_leave_every_acknowledged_command_exactly_once()
    {
        foreach (var seed in Seeds.All())
        {
            await using var world = await World.OpenAsync();
            var random = new Random(seed);
            var requests = Enumerable.Range(0, 300).Select(i => world.Note($"a{i}")).ToArray();
            for (var i = 0; i < 60; i++)
            {
                world.Ledger.Faults.FailNext(
                    (MemoryFault)random.Next(1, 1 + Enum.GetValues<MemoryFault>().Length), random.Next(2) == 0);
            }

            await Task.WhenAll(requests.Select(async request =>
            {
                while (await world.SubmitAsync(request) is not SubmitOutcome.Accepted)
                {
                    await Task.Yield();
                }
            }));

            var noted = (await world.TallyAsync()).Noted.Select(key => key.Value).Order().ToArray();
            Assert.True(
                requests.Select((_, i) => $"a{i}").Order().SequenceEqual(noted), $"seed={seed} found={noted.Length}");
            await world.AssertGoodAsync();
        }
    }
}
