using Exchange.Engine.Checking;
using Exchange.Engine.Hosting;
using Exchange.Grains;

namespace Exchange.Engine.Tests.Pipeline;

/// <summary>Grains come and go; nobody notices.</summary>
public sealed class ResidenceTests
{
    [Fact]
    public async Task The_number_of_grains_in_memory_is_bounded()
    {
        await using var world = await World.OpenAsync(new EmbeddedLimits(ResidentMax: 20));

        for (var i = 0; i < 200; i++)
        {
            _ = await world.AcceptedAsync(world.Note("first", chain: ChainId.Parse($"buyer/b{i}")));
        }

        Assert.InRange(world.Exchange.ResidentCount, 1, 22);
        Assert.Equal(1, (await world.TallyAsync(ChainId.Parse("buyer/b3"))).Count);
        await world.AssertGoodAsync();
    }

    [Fact]
    public async Task Idle_grains_leave_memory_and_come_back_when_asked()
    {
        await using var world = await World.OpenAsync();
        _ = await world.AcceptedAsync(world.Note("first"));

        Rest(world, IdleTimes.Of(World.Chain.Kind) + EmbeddedLimits.SweepEvery);

        // The pump of a grain may still be on its way out; what it leaves behind goes with the next sweep.
        Assert.InRange(world.Exchange.ResidentCount, 0, 1);
        _ = await world.AcceptedAsync(world.Note("second"));
        Assert.Equal(2, (await world.TallyAsync()).Count);
    }

    [Fact]
    public async Task Every_kind_stays_as_long_as_it_may_be_idle()
    {
        await using var world = await World.OpenAsync(new EmbeddedLimits
        {
            IdleAfter = kind => kind == GrainKind.Department ? TimeSpan.FromHours(2) : TimeSpan.FromMinutes(10),
        });
        _ = await world.Exchange.ReadAsync(ChainId.Parse("department/hospital"), CancellationToken.None);
        _ = await world.Exchange.ReadAsync(ChainId.Parse("household/h1"), CancellationToken.None);

        Rest(world, TimeSpan.FromMinutes(10));
        var before = world.Exchange.ResidentCount;
        Rest(world, TimeSpan.FromMinutes(15));
        var between = world.Exchange.ResidentCount;
        Rest(world, TimeSpan.FromMinutes(100));

        Assert.Equal((2, 1, 0), (before, between, world.Exchange.ResidentCount));
    }

    [Fact]
    public async Task A_grain_that_is_asked_stays()
    {
        await using var world = await World.OpenAsync();
        var household = ChainId.Parse("household/h1");

        for (var i = 0; i < 6; i++)
        {
            _ = await world.Exchange.ReadAsync(household, CancellationToken.None);
            Rest(world, TimeSpan.FromMinutes(10));
            Assert.Equal(1, world.Exchange.ResidentCount);
        }
    }

    [Fact]
    public void Every_kind_that_exists_has_a_time_to_be_idle() => Assert.All(
        GrainCatalog.Rules.Keys, kind => Assert.True(IdleTimes.Of(kind) >= EmbeddedLimits.SweepEvery));

    [Fact]
    public async Task A_long_chain_loads_from_its_snapshot_and_the_entries_after_it()
    {
        await using var world = await World.OpenAsync(new EmbeddedLimits(SnapshotEvery: 4));
        for (var i = 0; i < 10; i++)
        {
            _ = await world.AcceptedAsync(world.Note($"a{i}"));
        }

        await world.DisposeAsync();
        var snapshot = (await world.Snapshots.ReadAsync(World.Chain, CancellationToken.None))!;
        var first = await world.EntriesAsync();
        world.Ledger.Tamper(World.Chain, new(0), EntryCodec.Encode(first[0] with { CommandId = world.NextId() }));
        await world.BeginAsync();

        // The first entry was altered, and is not read: what is believed came from the snapshot.
        Assert.Equal(new EntryIndex(7), snapshot.Head.Index);
        Assert.Equal(10, (await world.TallyAsync()).Count);
        Assert.IsType<StoreDifference.BrokenChain>(Assert.Single((await world.CheckAsync()).Differences));
    }

    [Fact]
    public async Task A_snapshot_of_an_unknown_version_is_ignored()
    {
        await using var world = await World.OpenAsync(new EmbeddedLimits(SnapshotEvery: 1));
        _ = await world.AcceptedAsync(world.Note("first"));
        await world.DisposeAsync();
        world.Rules = World.TallyOr(new TallyRules(stateVersion: 2));
        await world.BeginAsync();

        Assert.Equal(1, (await world.TallyAsync()).Count);
        await world.AssertGoodAsync();
    }

    [Fact]
    public async Task A_snapshot_that_is_not_on_the_chain_is_reported_and_not_believed()
    {
        await using var world = await World.OpenAsync(new EmbeddedLimits(SnapshotEvery: 1));
        _ = await world.AcceptedAsync(world.Note("first"));
        await world.DisposeAsync();
        var snapshot = (await world.Snapshots.ReadAsync(World.Chain, CancellationToken.None))!;
        await world.Snapshots.WriteAsync(snapshot with { Head = new(new(0), default) }, CancellationToken.None);
        await world.BeginAsync();

        _ = Assert.IsType<StoreDifference.SnapshotOffChain>(Assert.Single((await world.CheckAsync()).Differences));
        Assert.Equal(1, (await world.TallyAsync()).Count);
        await world.DisposeAsync();

        // Who read the chain instead left a snapshot that is on it.
        Assert.Empty((await world.CheckAsync()).Differences);
    }

    [Fact]
    public async Task A_damaged_body_is_found_among_many_chains_and_the_others_are_checked()
    {
        await using var world = await World.OpenAsync();
        var buyers = Enumerable.Range(0, 40).Select(number => ChainId.Parse($"buyer/b{number:d2}")).ToArray();
        foreach (var buyer in buyers)
        {
            _ = await world.AcceptedAsync(world.Note("first", chain: buyer));
            _ = await world.AcceptedAsync(world.Note("second", chain: buyer));
        }

        var entries = await world.EntriesAsync(buyers[20]);
        var damaged = EntryCodec.Encode(entries[1]);
        damaged[^1] ^= 1;
        world.Ledger.Tamper(buyers[20], new(1), damaged);
        await world.Rows.ReplaceRowsAsync([new(buyers[7], []), new(buyers[30], [])], CancellationToken.None);

        var found = await world.CheckAsync();

        Assert.Equal(
            [buyers[7], buyers[20], buyers[30]], found.Differences.Select(each => each.Where).Distinct());
        var broken = Assert.IsType<StoreDifference.BrokenChain>(
            Assert.Single(found.Differences, each => each.Where == buyers[20]));
        Assert.Equal(new EntryIndex(2), broken.Index);
    }

    [Fact]
    public async Task Rows_that_were_changed_are_found_and_made_anew()
    {
        await using var world = await World.OpenAsync();
        _ = await world.AcceptedAsync(world.Note("first"));
        var rows = await world.Rows.ReadRowsOfAsync(World.Chain, CancellationToken.None);
        await world.Rows.ReplaceRowsAsync([new(World.Chain, [])], CancellationToken.None);
        var nobody = ChainId.Parse("buyer/nobody");
        await world.Rows.ReplaceRowsAsync(
            [new(nobody, [((Exchange.Grains.Agreements.DueWorkRow)rows[0]) with { Chain = nobody }])],
            CancellationToken.None);

        var found = await world.CheckAsync(rebuild: true);

        Assert.Contains(found.Differences, each => each is StoreDifference.MissingRow);
        Assert.Contains(found.Differences, each => each is StoreDifference.SurplusRow { ChainExists: false });
        Assert.Equal(2, found.Rebuilt);
        await world.AssertGoodAsync();
    }

    [Fact]
    public async Task The_exchange_keeps_its_id_over_restarts_and_refuses_what_comes_after_its_end()
    {
        await using var world = await World.OpenAsync();
        var id = world.Exchange.Id;
        await world.DisposeAsync();

        var late = await world.SubmitAsync(world.Note("late"));
        await world.BeginAsync();

        Assert.Equal(id, world.Exchange.Id);
        Assert.Equal(UnavailableReason.ShuttingDown, Assert.IsType<SubmitOutcome.Unavailable>(late).Reason);
    }

    private static void Rest(World world, TimeSpan time)
    {
        for (var rested = TimeSpan.Zero; rested < time; rested += EmbeddedLimits.SweepEvery)
        {
            world.Time.Move(EmbeddedLimits.SweepEvery);
        }
    }
}
