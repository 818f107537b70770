using static Exchange.Store.Tests.Samples;

namespace Exchange.Store.Tests.Contracts;

/// <summary>What every store of snapshots promises.</summary>
public abstract class SnapshotStoreContract(StoreFixture store) : IDisposable
{
    [StoreFact]
    public async Task The_latest_snapshot_of_a_chain_is_read()
    {
        await store.Snapshots.WriteAsync(Of(1, index: 3), default);
        await store.Snapshots.WriteAsync(Of(2, index: 4), default);
        await store.Snapshots.WriteAsync(Of(1, index: 5), default);

        Equal(Of(1, index: 5), await store.Snapshots.ReadAsync(Household(1), default));
        Equal(Of(2, index: 4), await store.Snapshots.ReadAsync(Household(2), default));
        Assert.Null(await store.Snapshots.ReadAsync(Household(3), default));
    }

    [StoreFact]
    public async Task A_snapshot_may_be_large_or_empty()
    {
        await store.Snapshots.WriteAsync(Of(1, index: 3) with { State = new byte[300_000] }, default);
        await store.Snapshots.WriteAsync(Of(2, index: 3) with { State = default }, default);

        Assert.Equal(300_000, (await store.Snapshots.ReadAsync(Household(1), default))!.State.Length);
        Assert.Equal(0, (await store.Snapshots.ReadAsync(Household(2), default))!.State.Length);
    }

    public void Dispose()
    {
        store.Dispose();
        GC.SuppressFinalize(this);
    }

    private static Snapshot Of(int household, int index) => new(
        Household(household), new(new(index), Hashes.Entry([(byte)index])), new(index * 10), StateVersion: index + 1,
        new byte[] { (byte)household, (byte)index });

    private static void Equal(Snapshot expected, Snapshot? found)
    {
        Assert.NotNull(found);
        Assert.Equal(expected with { State = default }, found with { State = default });
        Assert.Equal(expected.State.ToArray(), found.State.ToArray());
    }
}
