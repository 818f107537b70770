namespace Exchange.Store.Tests.Contracts;

/// <summary>What every store of secrets promises.</summary>
public abstract class SecretStoreContract(StoreFixture store) : IDisposable
{
    [StoreFact]
    public async Task Whoever_comes_first_decides_the_key()
    {
        Assert.Equal([1], (await store.Secrets.GetOrAddAsync("a", new byte[] { 1 }, default)).ToArray());
        Assert.Equal([1], (await store.Secrets.GetOrAddAsync("a", new byte[] { 2 }, default)).ToArray());
    }

    [StoreFact]
    public async Task All_who_come_together_get_one_key()
    {
        // Opened first: opening blocks, and many callers would hold the very threads that it waits for.
        _ = store.Secrets;
        var keys = await Task.WhenAll(Enumerable.Range(0, 32).Select(n => Task.Run(
            async () => (await store.Secrets.GetOrAddAsync("a", new[] { (byte)n }, default)).Span[0])));

        Assert.Single(keys.Distinct());
    }

    [StoreFact]
    public async Task A_key_that_somebody_got_is_there_after_a_restart()
    {
        var got = (await store.Secrets.GetOrAddAsync("a", new byte[] { 7, 8 }, default)).ToArray();

        store.Reopen();

        Assert.Equal(got, (await store.Secrets.FindManyAsync(["a"], default))[0]!.Value.ToArray());
    }

    [StoreFact]
    public async Task Many_keys_are_answered_in_the_order_asked()
    {
        await store.Secrets.GetOrAddAsync("b", new byte[] { 9 }, default);

        var got = await store.Secrets.GetOrAddManyAsync(
            [
                new("c", new byte[] { 1 }), new("b", new byte[] { 2 }), new("a", new byte[] { 3 }),
                new("c", new byte[] { 4 }),
            ],
            default);
        var found = await store.Secrets.FindManyAsync(["a", "none", "b", "c"], default);

        Assert.Equal([1, 9, 3, 1], got.Select(key => key.Span[0]));
        Assert.Equal(new byte?[] { 3, null, 9, 1 }, found.Select(key => key?.Span[0]));
        Assert.Empty(await store.Secrets.GetOrAddManyAsync([], default));
    }

    [Fact]
    public async Task All_keys_are_read_in_the_order_of_their_names()
    {
        await store.Secrets.GetOrAddManyAsync(
            [new("b", new byte[] { 2 }), new("a/c", new byte[] { 1 }), new("Z", new byte[] { 3 })], default);

        var all = await store.Secrets.ReadAllAsync(default).ToArrayAsync();

        Assert.Equal(["Z", "a/c", "b"], all.Select(secret => secret.Key));
        Assert.Equal([3, 1, 2], all.Select(secret => secret.Value.Span[0]));
    }

    public void Dispose()
    {
        store.Dispose();
        GC.SuppressFinalize(this);
    }
}
