using Exchange.Engine.Checking;
using Exchange.Engine.Pipeline;
using Exchange.Grains;
using Exchange.Grains.Buyers;

namespace Exchange.Engine.Tests.Pipeline;

public sealed class LedgerGrainTests
{
    [Fact]
    public async Task Commands_of_a_hot_grain_share_commits_and_keep_their_order()
    {
        await using var world = await World.OpenAsync();
        _ = await world.AcceptedAsync(world.Note("first"));
        var before = world.Ledger.AppendCount;
        var held = world.Ledger.Faults.Hold();
        var blocking = world.SubmitAsync(world.Note("blocking"));
        await held;

        var waiting = Enumerable.Range(0, 500).Select(i => world.SubmitAsync(world.Note($"a{i}"))).ToArray();
        world.Ledger.Faults.Release();
        _ = await blocking;
        var outcomes = await Task.WhenAll(waiting);

        Assert.True(world.Ledger.AppendCount - before < 50, $"commits={world.Ledger.AppendCount - before}");
        var entries = await world.EntriesAsync();
        Assert.All(outcomes.Cast<SubmitOutcome.Accepted>().Select((outcome, i) => (outcome, i)), each => Assert.Equal(
            $"a{each.i}",
            ((NoteAgreement)WireCatalog.Read(entries[(int)each.outcome.Head.Index.Value].Command)).Agreement.Value));
        await world.AssertGoodAsync();
    }

    [Fact]
    public async Task One_callers_commands_are_recorded_in_the_order_given()
    {
        await using var world = await World.OpenAsync();

        for (var i = 0; i < 20; i++)
        {
            _ = await world.AcceptedAsync(world.Note($"a{i}"));
        }

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"a{i}"),
            (await world.TallyAsync()).Noted.Select(k => k.Value));
    }

    [Fact]
    public async Task The_same_command_twice_in_one_batch_is_recorded_once()
    {
        await using var world = await World.OpenAsync();
        var held = world.Ledger.Faults.Hold();
        var blocking = world.SubmitAsync(world.Note("blocking"));
        await held;
        var request = world.Note("twice");

        var tries = new[]
        {
            world.SubmitAsync(request), world.SubmitAsync(request), world.SubmitAsync(world.Note("else", request.Id)),
        };
        world.Ledger.Faults.Release();
        _ = await blocking;
        var outcomes = await Task.WhenAll(tries);

        // Who of the three comes first is open; whoever it is, the id stands for that command alone.
        _ = Assert.Single(outcomes.OfType<SubmitOutcome.Accepted>().Select(outcome => outcome.Receipt).Distinct());
        Assert.NotEmpty(outcomes.OfType<SubmitOutcome.Refused>());
        Assert.All(
            outcomes.OfType<SubmitOutcome.Refused>(), each => Assert.Equal(Refusal.CommandIdReused, each.Reason));
        Assert.Equal(2, (await world.TallyAsync()).Count);
    }

    [Fact]
    public async Task A_retry_after_a_restart_gets_the_first_receipt_and_the_data_of_then()
    {
        await using var world = await World.OpenAsync();
        var request = world.Note("first");
        var first = await world.AcceptedAsync(request);
        world.Time.Move(TimeSpan.FromSeconds(1));
        _ = await world.AcceptedAsync(world.Note("second"));
        await world.BeginAsync();

        var again = await world.AcceptedAsync(request);
        var other = await world.SubmitAsync(world.Note("other", request.Id));

        Assert.True(again.Replayed);
        Assert.Equal(first.Receipt, again.Receipt);
        Assert.Equal(
            first.Changes.Select(change => RowBytes.Of(((RowChange.Upsert)change).Row)),
            again.Changes.Select(change => RowBytes.Of(((RowChange.Upsert)change).Row)));
        Assert.Equal(Refusal.CommandIdReused, Assert.IsType<SubmitOutcome.Refused>(other).Reason);
    }

    [Fact]
    public async Task An_expected_head_is_tested_after_the_id()
    {
        await using var world = await World.OpenAsync();
        var first = world.Note("first");
        var head = (await world.AcceptedAsync(first)).Head;
        _ = await world.AcceptedAsync(world.Note("second") with { ExpectedHead = head });

        var stale = await world.SubmitAsync(world.Note("third") with { ExpectedHead = head });
        var retried = await world.AcceptedAsync(first with { ExpectedHead = new(new(7), default) });

        Assert.Equal(Refusal.HeadMoved, Assert.IsType<SubmitOutcome.Refused>(stale).Reason);
        Assert.True(retried.Replayed);
    }

    [Fact]
    public async Task A_refused_command_may_be_accepted_later_under_the_same_id()
    {
        await using var world = await World.OpenAsync();
        var request = world.Note("first") with { ExpectedHead = new(new(0), default) };
        _ = Assert.IsType<SubmitOutcome.Refused>(await world.SubmitAsync(request));

        var accepted = await world.AcceptedAsync(request with { ExpectedHead = null });

        Assert.False(accepted.Replayed);
    }

    [Fact]
    public async Task Cancelling_a_caller_never_cancels_a_decided_command()
    {
        await using var world = await World.OpenAsync();
        var held = world.Ledger.Faults.Hold();
        using var impatient = new CancellationTokenSource();
        var request = world.Note("first");
        var submitting = world.Exchange.SubmitAsync(request, impatient.Token).AsTask();
        await held;

        await impatient.CancelAsync();
        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => submitting);
        world.Ledger.Faults.Release();

        Assert.True((await world.AcceptedAsync(request)).Replayed);
        Assert.Equal(1, (await world.TallyAsync()).Count);
    }

    [Fact]
    public async Task A_bug_that_one_command_meets_fails_none_of_its_neighbours()
    {
        await using var world = await World.OpenAsync();
        var held = world.Ledger.Faults.Hold();
        var blocking = world.SubmitAsync(world.Note("blocking"));
        await held;

        var before = world.SubmitAsync(world.Note("before"));
        var bug = world.SubmitAsync(world.Request(new ReinstateBuyer()));
        var after = world.SubmitAsync(world.Note("after"));
        world.Ledger.Faults.Release();

        _ = await blocking;
        _ = Assert.IsType<SubmitOutcome.Accepted>(await before);
        _ = await Assert.ThrowsAsync<System.Diagnostics.UnreachableException>(() => bug);
        _ = Assert.IsType<SubmitOutcome.Accepted>(await after);
        await world.AssertGoodAsync();
    }

    [Fact]
    public async Task A_command_that_is_too_large_is_refused()
    {
        await using var world = await World.OpenAsync();
        var request = world.Note("first");
        var large = new RecordedCommand(606, 1, new byte[Entry.CommandSizeBytesMax + 1]);
        var setting = new BatchSetting(world.Exchange.Id, World.Chain, new TallyRules(), static (_, _) => default);
        var before = new Belief(ChainHead.Empty(world.Exchange.Id, World.Chain), default, setting.Rules.Initial);
        var prepared = new PreparedCommand(request, large, default);
        var envelope = new CommandEnvelope(request.Chain, request.Id, request.Actor, request.Command, []);

        var decided = BatchDecision.Decide(
            setting, before, [new(prepared, envelope, [])], new(world.Time.Now, world.Time.Now));

        Assert.Null(decided.Part);
        Assert.Equal(
            Refusal.CommandTooLarge, Assert.IsType<SubmitOutcome.Refused>(Assert.Single(decided.Answers)).Reason);
    }

    [Fact]
    public async Task A_command_that_could_not_be_read_again_is_the_callers_fault()
    {
        await using var world = await World.OpenAsync();

        _ = await Assert.ThrowsAsync<ArgumentException>(
            () => world.SubmitAsync(world.Request(new SuspendBuyer(new('x', 513)))));

        Assert.Empty(await world.EntriesAsync());
    }

    [Fact]
    public async Task Facts_are_cited_with_the_head_they_were_read_at_and_absent_where_nobody_knows()
    {
        await using var world = await World.OpenAsync();
        var asked = await world.AcceptedAsync(world.Note("one", chain: TallyRules.Asked));

        _ = await world.AcceptedAsync(world.Request(new SuspendBuyer("because")));

        var fact = Assert.Single(Assert.Single(await world.EntriesAsync()).Facts);
        Assert.Equal((TallyRules.Asked, asked.Head), (fact.Chain, fact.Head));
    }

    [Fact]
    public async Task A_chain_that_does_not_verify_stops_its_grain_and_no_other()
    {
        await using var world = await World.OpenAsync();
        _ = await world.AcceptedAsync(world.Note("first"));
        _ = await world.AcceptedAsync(world.Note("second"));
        var bytes = EntryCodec.Encode((await world.EntriesAsync())[0] with { CommandId = world.NextId() });
        world.Ledger.Tamper(World.Chain, new(0), bytes);
        await world.BeginAsync();

        var outcome = await world.SubmitAsync(world.Note("third"));
        var broken = await Assert.ThrowsAsync<ChainBrokenException>(() => world.TallyAsync());
        _ = await world.AcceptedAsync(world.Note("other", chain: TallyRules.Asked));

        Assert.Equal(
            UnavailableReason.ChainBroken, Assert.IsType<SubmitOutcome.Unavailable>(outcome).Reason);
        Assert.Equal(new EntryIndex(1), broken.Index);
    }

    [Fact]
    public async Task A_chain_whose_last_entry_is_gone_stops_its_grain()
    {
        await using var world = await World.OpenAsync();
        _ = await world.AcceptedAsync(world.Note("first"));
        _ = await world.AcceptedAsync(world.Note("second"));
        world.Ledger.Cut(World.Chain);
        await world.BeginAsync();

        _ = await Assert.ThrowsAsync<ChainBrokenException>(() => world.TallyAsync());
    }
}
