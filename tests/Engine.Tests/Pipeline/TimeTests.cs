using Exchange.Engine.Pipeline;
using Exchange.Engine.Ports;

namespace Exchange.Engine.Tests.Pipeline;

public sealed class TimeTests
{
    [Fact]
    public async Task Time_never_goes_back_on_any_chain_of_a_process()
    {
        await using var world = await World.OpenAsync();
        var first = await world.AcceptedAsync(world.Note("first"));
        world.Time.Move(TimeSpan.FromSeconds(-3));

        var other = await world.AcceptedAsync(world.Note("second", chain: TallyRules.Asked));

        Assert.Equal(first.Receipt.RecordedAt, other.Receipt.RecordedAt);
    }

    [Fact]
    public async Task A_new_process_goes_on_after_the_stores_greatest_time()
    {
        await using var world = await World.OpenAsync();
        var first = await world.AcceptedAsync(world.Note("first"));
        world.Time.Move(TimeSpan.FromSeconds(-4));
        await world.BeginAsync();

        var other = await world.AcceptedAsync(world.Note("second", chain: TallyRules.Asked));

        Assert.Equal(first.Receipt.RecordedAt, other.Receipt.RecordedAt);
    }

    [Fact]
    public async Task A_clock_more_than_five_seconds_behind_stores_nothing_until_it_caught_up()
    {
        await using var world = await World.OpenAsync();
        _ = await world.AcceptedAsync(world.Note("first"));
        world.Time.Move(TimeSpan.FromSeconds(-7));

        var behind = Assert.IsType<SubmitOutcome.Unavailable>(await world.SubmitAsync(world.Note("second")));
        world.Time.Move(behind.RetryAfter);
        _ = await world.AcceptedAsync(world.Note("third"));

        Assert.Equal((UnavailableReason.ClockBehind, TimeSpan.FromSeconds(2)), (behind.Reason, behind.RetryAfter));
        Assert.Equal(2, (await world.TallyAsync()).Count);
    }

    [Fact]
    public async Task A_clock_that_the_store_finds_ahead_is_told_and_nothing_is_recorded()
    {
        await using var world = await World.OpenAsync();
        await using var ahead = await world.OpenOneMoreAsync(new DatedStore(world.Ledger, world.Time.Now));
        world.Time.Move(TimeSpan.FromSeconds(1));

        var outcome = await ahead.SubmitAsync(world.Note("first"), default);

        Assert.Equal(
            new SubmitOutcome.Unavailable(UnavailableReason.ClockBehind, GrainContext.RetryAfter), outcome);
        Assert.Equal(0, (await world.TallyAsync()).Count);
    }

    [Fact]
    public async Task A_moment_is_settled_only_before_the_earliest_time_in_flight()
    {
        await using var world = await World.OpenAsync();
        var first = await world.AcceptedAsync(world.Note("first"));
        world.Time.Move(TimeSpan.FromSeconds(1));
        var inFlight = world.Time.Now;
        var held = world.Ledger.Faults.Hold();
        var second = world.SubmitAsync(world.Note("second"));
        await held;
        world.Time.Move(TimeSpan.FromSeconds(1));

        var early = await ReplayAsync(world, new(inFlight.Value - 1));
        var unsettled = await ReplayAsync(world, inFlight);
        world.Ledger.Faults.Release();
        _ = await second;
        var late = await ReplayAsync(world, inFlight);

        Assert.Equal(first.Head, Assert.IsType<ReplayOutcome.Folded>(early).Head);
        Assert.Equal(inFlight, Assert.IsType<ReplayOutcome.NotSettled>(unsettled).SettledBefore);
        var folded = Assert.IsType<ReplayOutcome.Folded>(late);
        Assert.Equal(2, ((TallyState)folded.State).Count);
        _ = Assert.Single(folded.Rows);
    }

    [Fact]
    public async Task A_history_is_folded_through_an_index_and_before_its_beginning_there_is_nothing()
    {
        await using var world = await World.OpenAsync();
        var first = await world.AcceptedAsync(world.Note("first"));
        _ = await world.AcceptedAsync(world.Note("second"));

        var folded = await world.Exchange.ReplayAsync(
            World.Chain, new ReplayPoint.AtIndex(new(0)), CancellationToken.None);
        var nothing = await ReplayAsync(world, new(first.Receipt.RecordedAt.Value - 1));

        Assert.Equal(1, ((TallyState)Assert.IsType<ReplayOutcome.Folded>(folded).State).Count);
        _ = Assert.IsType<ReplayOutcome.NothingYet>(nothing);
    }

    [Fact]
    public void A_read_names_a_moment_that_nothing_stored_later_precedes()
    {
        var time = new FakeTime();
        var clock = new EntryClock(time, storeGreatest: default);
        var began = time.Now;
        using (clock.Begin(default))
        {
            time.Move(TimeSpan.FromSeconds(1));
            using var second = clock.Begin(default);

            Assert.Equal(began, clock.ReadTime());
        }

        Assert.Equal(time.Now, clock.ReadTime());
        time.Move(TimeSpan.FromSeconds(-1));
        using var third = clock.Begin(default);
        Assert.True(third.Times.Least > time.Now);
    }

    [Fact]
    public async Task A_read_after_an_entry_waits_for_decisions_that_began_before_it()
    {
        var time = new FakeTime();
        var clock = new EntryClock(time, storeGreatest: default);
        var first = clock.Begin(default);
        time.Move(TimeSpan.FromSeconds(1));
        var second = clock.Begin(default);
        time.Move(TimeSpan.FromSeconds(1));
        using var third = clock.Begin(default);
        var seen = time.Now;

        var reading = clock.ReadTimeAsync(seen, CancellationToken.None).AsTask();
        Assert.False(reading.IsCompleted);
        second.Dispose();
        Assert.False(reading.IsCompleted);
        time.Move(TimeSpan.FromSeconds(1));
        first.Dispose();

        Assert.Equal(seen, await reading);
    }

    [Fact]
    public async Task A_read_after_an_entry_of_a_clock_ahead_has_that_entrys_time_and_nothing_comes_before()
    {
        var time = new FakeTime();
        var clock = new EntryClock(time, storeGreatest: default);
        var seen = time.Now.Plus(TimeSpan.FromSeconds(1));

        Assert.Equal(seen, await clock.ReadTimeAsync(seen, CancellationToken.None));

        using var next = clock.Begin(default);
        Assert.Equal(seen, next.Times.Least);
    }

    /// <summary>A store whose own clock stands still.</summary>
    private sealed class DatedStore(ILedgerStore store, UnixMilliseconds clock) : PassingLedger(store)
    {
        public override ValueTask<AppendOutcome> AppendAsync(ChainPart part, CancellationToken cancellationToken) =>
            part.Entries[^1].RecordedAt > clock
                ? new(AppendOutcome.TimeAhead)
                : base.AppendAsync(part, cancellationToken);
    }

    private static async Task<ReplayOutcome> ReplayAsync(World world, UnixMilliseconds at) =>
        await world.Exchange.ReplayAsync(World.Chain, new ReplayPoint.AtTime(at), CancellationToken.None);
}
