namespace Exchange.Store.Tests.Contracts;

/// <summary>What every lease store promises. Time is the store's own, so a lease that is to run out is short.</summary>
public abstract class LeaseStoreContract(ILeaseStore leases)
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Over = TimeSpan.FromMilliseconds(1);
    private static readonly GrainKey One = GrainKey.Parse("one");
    private static readonly GrainKey Other = GrainKey.Parse("other");

    protected ILeaseStore Leases { get; } = leases;

    [Fact]
    public async Task A_lease_that_nobody_holds_is_taken_and_a_held_one_is_not()
    {
        var taken = await TakeAsync(One, Long);

        Assert.Equal((LeaseName.DueWork, One), (taken!.Name, taken.Holder));
        Assert.True(await Leases.IsHeldAsync(taken, default));
        Assert.Null(await TakeAsync(Other, Long));
        Assert.NotNull(await Leases.TryTakeAsync(LeaseName.OfRun(One), Other, Long, default));
    }

    [Fact]
    public async Task A_holder_extends_its_lease_within_the_same_epoch()
    {
        var taken = await TakeAsync(One, Long);
        var extended = await TakeAsync(One, Long);

        Assert.Equal(taken, extended);
    }

    [Fact]
    public async Task A_lease_that_was_given_back_goes_to_the_next_with_a_greater_epoch()
    {
        var first = await TakeAsync(One, Long);
        await Leases.ReleaseAsync(first!, default);
        var second = await TakeAsync(Other, Long);

        Assert.True(second!.Epoch.Value > first!.Epoch.Value);
        Assert.False(await Leases.IsHeldAsync(first, default));
        Assert.True(await Leases.IsHeldAsync(second, default));
    }

    [Fact]
    public async Task A_lease_that_ran_out_goes_to_the_next_and_releasing_it_does_nothing()
    {
        var first = await TakeAsync(One, Over);
        Lease? second;
        do
        {
            second = await TakeAsync(Other, Long);
        }
        while (second is null);

        await Leases.ReleaseAsync(first!, default);

        Assert.True(second.Epoch.Value > first!.Epoch.Value);
        Assert.False(await Leases.IsHeldAsync(first, default));
        Assert.True(await Leases.IsHeldAsync(second, default));
        Assert.Null(await TakeAsync(One, Long));
    }

    [Fact]
    public async Task Of_many_who_ask_at_once_one_gets_the_lease()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(number => Task.Run(async () =>
            await TakeAsync(GrainKey.Parse($"node-{number}"), Long))));

        _ = Assert.Single(answers, answer => answer is not null);
    }

    private async Task<Lease?> TakeAsync(GrainKey holder, TimeSpan duration) =>
        await Leases.TryTakeAsync(LeaseName.DueWork, holder, duration, default);
}
