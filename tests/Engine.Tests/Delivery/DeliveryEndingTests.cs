using Exchange.Engine.Delivery;
using Exchange.Engine.Leases;
using Exchange.Grains.Agreements;
using static Exchange.Engine.Tests.Delivery.DeliveryWorld;

namespace Exchange.Engine.Tests.Delivery;

/// <summary>Deliveries whose end cannot be stored at once.</summary>
public sealed class DeliveryEndingTests
{
    [Fact]
    public async Task A_delivery_whose_end_could_not_be_stored_is_neither_streamed_again_nor_taken_for_unread()
    {
        await using var world = await DeliveriesTests.ReadyAsync([1, 2], consenting: [1, 2]);
        var contents = new TroubledContents(world.Contents) { IsWriting = false };
        var deliveries = world.Deliveries(contents: contents);
        await world.StartAsync("d1");
        var (outcome, csv) = await StreamAsync("d1", deliveries);
        Assert.Null(await world.EndOfAsync("d1"));

        Assert.IsType<DeliveryOpening.InProgress>(
            await deliveries.OpenAsync(Agreement, GrainKey.Parse("d1"), CancellationToken.None));
        Assert.Equal(0, await deliveries.EndStreamedAsync(CancellationToken.None));
        contents.IsWriting = true;
        Assert.Equal(1, await deliveries.EndStreamedAsync(CancellationToken.None));
        Assert.Equal(0, await deliveries.EndStreamedAsync(CancellationToken.None));

        var end = await world.EndOfAsync("d1");
        Assert.Equal(DeliveryOutcome.Complete, outcome);
        Assert.Equal((DeliveryOutcome.Complete, 2, (long)csv.Length), (end!.Outcome, end.Rows, end.SizeBytes));
        Assert.Equal(2, (await world.ManifestOfAsync("d1")).Leaves.Count);
        Assert.IsType<DeliveryOpening.Ended>(
            await deliveries.OpenAsync(Agreement, GrainKey.Parse("d1"), CancellationToken.None));
    }

    [Fact]
    public async Task An_end_that_is_stored_late_is_not_mixed_up_with_one_that_nobody_read()
    {
        await using var world = await DeliveriesTests.ReadyAsync([1], consenting: [1]);
        var contents = new TroubledContents(world.Contents) { IsWriting = false };
        var time = new SetForward();
        var deliveries = world.Deliveries(contents: contents, time: time);
        await world.StartAsync("d1");
        _ = await StreamAsync("d1", deliveries);
        contents.IsWriting = true;
        time.By = TimeSpan.FromHours(1);

        Assert.Equal(0, await deliveries.AbortUnclaimedAsync(CancellationToken.None));

        Assert.Equal(1, await deliveries.EndStreamedAsync(CancellationToken.None));
        Assert.Equal(DeliveryOutcome.Complete, (await world.EndOfAsync("d1"))!.Outcome);
    }

    [Fact]
    public async Task A_delivery_that_cannot_be_closed_keeps_nobody_from_going_on()
    {
        await using var world = await DeliveriesTests.ReadyAsync([1], consenting: [1]);
        await world.StartAsync("d1");
        _ = await StreamAsync("d1", world.Deliveries(contents: new TroubledContents(world.Contents)
        {
            IsWriting = false,
        }));
        var contents = new TroubledContents(world.Contents) { IsReading = false };
        var next = world.Deliveries(await world.BeginRunAsync("run-2"), contents: contents);
        world.LeaseTime.Move(LeaseKeeper.Duration);

        Assert.Equal(0, await next.RecoverAsync(CancellationToken.None));
        Assert.Null(await world.EndOfAsync("d1"));
        contents.IsReading = true;
        Assert.Equal(1, await next.RecoverAsync(CancellationToken.None));

        Assert.Equal(DeliveryOutcome.Lost, (await world.EndOfAsync("d1"))!.Outcome);
    }

    [Fact]
    public async Task A_delivery_whose_chain_is_broken_is_not_tried_again_for_an_hour()
    {
        await using var world = await DeliveriesTests.ReadyAsync([1], consenting: [1]);
        await world.StartAsync("d1");
        var standing = new FakeTime();
        var next = world.Deliveries(await world.BeginRunAsync("run-2"), time: standing);
        world.LeaseTime.Move(LeaseKeeper.Duration);
        await world.BreakAsync(Agreement);

        var recovered = await next.RecoverAsync(CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(0, recovered);
    }

    /// <summary>The machine's clock, set forward.</summary>
    private sealed class SetForward : TimeProvider
    {
        internal TimeSpan By { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + By;
    }
}
