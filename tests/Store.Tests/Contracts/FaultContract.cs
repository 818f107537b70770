using static Exchange.Store.Tests.Samples;

namespace Exchange.Store.Tests.Contracts;

/// <summary>
/// What a store that can break promises beside its chains: all or nothing, and nobody is told otherwise.
/// </summary>
public abstract class FaultContract(StoreFixture store) : IDisposable
{
    [StoreTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rows_that_could_not_be_replaced_are_all_old_or_all_new(bool isStored)
    {
        await store.Rows.ReplaceRowsAsync(
            [new(Household(1), [Consent(1, "a"), Consent(1, "b")])], default);
        store.BreakNextCommit(isStored);

        await Assert.ThrowsAsync<StoreUnavailableException>(
            async () => await store.Rows.ReplaceRowsAsync([new(Household(1), [Consent(1, "c")])], default));
        store.Reopen();

        Same(
            isStored ? [Consent(1, "c")] : [Consent(1, "a"), Consent(1, "b")],
            await store.Rows.ReadRowsOfAsync(Household(1), default));
    }

    [StoreTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_snapshot_that_could_not_be_written_harms_nothing(bool isStored)
    {
        await store.Snapshots.WriteAsync(Of(1, index: 3), default);
        store.BreakNextCommit(isStored);

        await Assert.ThrowsAsync<StoreUnavailableException>(
            async () => await store.Snapshots.WriteAsync(Of(1, index: 9), default));
        store.Reopen();

        Assert.Equal(isStored ? 9 : 3, (await store.Snapshots.ReadAsync(Household(1), default))!.Head.Index.Value);
    }

    [StoreTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nobody_gets_a_key_that_may_not_be_kept(bool isStored)
    {
        _ = await store.Secrets.FindManyAsync(["a"], default);
        store.BreakNextCommit(isStored);

        await Assert.ThrowsAsync<StoreUnavailableException>(
            async () => await store.Secrets.GetOrAddAsync("a", new byte[] { 1 }, default));
        store.Reopen();

        var expected = isStored ? new byte[] { 1 } : [2];
        Assert.Equal(expected, (await store.Secrets.GetOrAddAsync("a", new byte[] { 2 }, default)).ToArray());
    }

    public void Dispose()
    {
        store.Dispose();
        GC.SuppressFinalize(this);
    }

    private static Snapshot Of(int household, int index) => new(
        Household(household), new(new(index), default), new(index), StateVersion: 1, new byte[] { (byte)index });
}
