namespace Exchange.Store.Tests.Contracts;

/// <summary>What every store of leases promises.</summary>
public abstract class LeaseStoreContract(LeasingFixture store) : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly GrainKey One = GrainKey.Parse("run-one");
    private static readonly GrainKey Two = GrainKey.Parse("run-two");

    [StoreFact]
    public async Task One_holder_at_a_time_has_a_lease()
    {
        var lease = await TakeAsync(One);

        Assert.NotNull(lease);
        Assert.Null(await TakeAsync(Two));
        Assert.True(await store.Leases.IsHeldAsync(lease, default));
        Assert.False(await store.Leases.IsHeldAsync(lease with { Holder = Two }, default));
        Assert.False(await store.Leases.IsHeldAsync(lease with { Epoch = new(lease.Epoch.Value + 1) }, default));
    }

    [StoreFact]
    public async Task Leases_of_different_names_do_not_meet()
    {
        Assert.NotNull(await TakeAsync(One));
        Assert.NotNull(await store.Leases.TryTakeAsync(LeaseName.OfRun(Two), Two, Minute, default));
    }

    [StoreFact]
    public async Task A_holder_extends_its_lease_with_the_same_epoch()
    {
        var lease = await TakeAsync(One);
        store.Pass(Minute * 0.7);

        Assert.Equal(lease, await TakeAsync(One));
        store.Pass(Minute * 0.7);

        Assert.True(await store.Leases.IsHeldAsync(lease!, default));
        Assert.Null(await TakeAsync(Two));
    }

    [StoreFact]
    public async Task A_lease_whose_time_is_over_goes_to_the_next_with_a_greater_epoch()
    {
        var lease = await TakeAsync(One);
        store.Pass(Minute * 1.1);

        Assert.False(await store.Leases.IsHeldAsync(lease!, default));
        var next = await TakeAsync(Two);

        Assert.True(next!.Epoch.Value > lease!.Epoch.Value);
        Assert.Null(await TakeAsync(One));
        await store.Leases.ReleaseAsync(lease, default);
        Assert.True(await store.Leases.IsHeldAsync(next, default));
    }

    [StoreFact]
    public async Task A_lease_given_back_is_free_at_once()
    {
        var lease = await TakeAsync(One);

        await store.Leases.ReleaseAsync(lease!, default);

        Assert.False(await store.Leases.IsHeldAsync(lease!, default));
        var next = await TakeAsync(Two);
        Assert.True(next!.Epoch.Value > lease!.Epoch.Value);
    }

    [StoreFact]
    public async Task An_epoch_never_comes_back_even_for_the_same_holder()
    {
        var lease = await TakeAsync(One);
        await store.Leases.ReleaseAsync(lease!, default);
        var second = await TakeAsync(One);
        store.Pass(Minute * 1.1);
        var third = await TakeAsync(One);
        store.Reopen();

        Assert.True(second!.Epoch.Value > lease!.Epoch.Value);
        Assert.True(third!.Epoch.Value > second.Epoch.Value);
        Assert.True(await store.Leases.IsHeldAsync(third, default));
        Assert.False(await store.Leases.IsHeldAsync(lease, default));
    }

    [StoreFact]
    public async Task Of_many_who_ask_at_once_one_gets_it()
    {
        // Opened first: opening blocks, and many callers would hold the very threads that it waits for.
        _ = store.Leases;
        var leases = await Task.WhenAll(Enumerable.Range(0, 32).Select(
            n => Task.Run(() => TakeAsync(GrainKey.Parse($"run-{n}")))));

        Assert.Single(leases, lease => lease is not null);
    }

    [StoreTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nobody_has_a_lease_that_may_not_be_kept(bool isStored)
    {
        var before = await TakeAsync(One);
        store.Pass(Minute * 1.1);
        store.BreakNextCommit(isStored);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => TakeAsync(Two));
        store.Reopen();

        Assert.False(await store.Leases.IsHeldAsync(before!, default));
        Assert.Equal(isStored, await TakeAsync(One) is null);
    }

    public void Dispose()
    {
        store.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task<Lease?> TakeAsync(GrainKey holder) =>
        await store.Leases.TryTakeAsync(LeaseName.DueWork, holder, Minute, default);
}
