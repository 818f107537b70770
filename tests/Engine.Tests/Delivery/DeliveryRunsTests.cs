using System.IO.Pipelines;
using Exchange.Engine.Leases;
using Exchange.Engine.Ports;
using Exchange.Grains.Agreements;
using static Exchange.Engine.Tests.Delivery.DeliveriesTests;
using static Exchange.Engine.Tests.Delivery.DeliveryWorld;

namespace Exchange.Engine.Tests.Delivery;

/// <summary>Nodes that share a store: whose delivery is whose, and who may close it.</summary>
public sealed class DeliveryRunsTests
{
    [Fact]
    public async Task A_node_that_stood_still_streams_nothing_after_another_closed_its_delivery()
    {
        await using var world = await ReadyAsync(Enumerable.Range(1, 6), consenting: Enumerable.Range(1, 6));
        var other = world.Deliveries(await world.BeginRunAsync("run-2"));
        await world.StartAsync("d1");
        var opening = await world.Deliveries(options: new() { RowsPerSecondMax = 2 })
            .OpenAsync(Agreement, GrainKey.Parse("d1"), CancellationToken.None);
        await using var stream = Assert.IsType<DeliveryOpening.Ready>(opening).Stream;
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        var copying = stream.CopyToAsync(pipe.Writer, CancellationToken.None).AsTask();
        var found = await ReadLinesAsync(pipe.Reader, lines: 3);

        world.LeaseTime.Move(LeaseKeeper.Duration);
        Assert.Equal(1, await other.RecoverAsync(CancellationToken.None));
        found += await ReadToEndAsync(pipe.Reader, copying);

        Assert.Equal(DeliveryOutcome.Aborted, await copying);
        var end = await world.EndOfAsync("d1");
        var (_, leaves) = await world.ManifestOfAsync("d1");
        Assert.Equal(DeliveryOutcome.Lost, end!.Outcome);
        Assert.True(found.Split("\r\n").Length - 2 <= leaves.Sum(leaf => leaf.Rows), found);
    }

    [Fact]
    public async Task A_stream_ends_before_its_next_block_when_its_run_is_no_longer_held()
    {
        await using var world = await ReadyAsync(Enumerable.Range(1, 6), consenting: Enumerable.Range(1, 6));
        await world.StartAsync("d1");
        var opening = await world.Deliveries(options: new() { RowsPerSecondMax = 2 })
            .OpenAsync(Agreement, GrainKey.Parse("d1"), CancellationToken.None);
        await using var stream = Assert.IsType<DeliveryOpening.Ready>(opening).Stream;
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        var copying = stream.CopyToAsync(pipe.Writer, CancellationToken.None).AsTask();
        var found = await ReadLinesAsync(pipe.Reader, lines: 3);

        world.LeaseTime.Move(LeaseKeeper.Duration);
        found += await ReadToEndAsync(pipe.Reader, copying);

        Assert.Equal(DeliveryOutcome.Aborted, await copying);
        Assert.True(found.Split("\r\n").Length - 2 < 6, found);
        Assert.Equal(DeliveryOutcome.Aborted, (await world.EndOfAsync("d1"))!.Outcome);
    }

    [Fact]
    public async Task Another_node_leaves_the_deliveries_of_a_run_alone_while_it_is_renewed()
    {
        await using var world = await ReadyAsync([1], consenting: [1]);
        var other = world.Deliveries(await world.BeginRunAsync("run-2"));
        await world.StartAsync("d1");

        for (var thirds = 0; thirds < 10; thirds++)
        {
            world.LeaseTime.Move(LeaseKeeper.ExtendEvery);
            await world.FirstRun.RenewAsync(CancellationToken.None);
            Assert.Equal(0, await other.RecoverAsync(CancellationToken.None));
        }

        var (outcome, _) = await StreamAsync("d1", world.Deliveries());
        Assert.Equal(DeliveryOutcome.Complete, outcome);
    }

    [Fact]
    public async Task A_node_whose_run_was_taken_closes_nothing_of_its_own_and_begins_the_next()
    {
        await using var world = await ReadyAsync([1], consenting: [1]);
        var mine = world.Deliveries();
        await world.StartAsync("d1");
        world.LeaseTime.Move(LeaseKeeper.Duration);

        _ = await Assert.ThrowsAsync<StoreUnavailableException>(
            async () => await mine.OpenAsync(Agreement, GrainKey.Parse("d1"), CancellationToken.None));
        await world.FirstRun.RenewAsync(CancellationToken.None);

        Assert.Equal(GrainKey.Parse("run-1-next"), mine.Run);
        Assert.IsType<DeliveryOpening.InProgress>(
            await mine.OpenAsync(Agreement, GrainKey.Parse("d1"), CancellationToken.None));
        Assert.Equal(1, await mine.RecoverAsync(CancellationToken.None));
        Assert.Equal(DeliveryOutcome.Lost, (await world.EndOfAsync("d1"))!.Outcome);
    }
}
