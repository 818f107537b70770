using System.Security.Cryptography;
using Exchange.Engine.Secrets;
using Exchange.Signing;
using Exchange.Store.Memory;

namespace Exchange.Engine.Tests.Secrets;

public sealed class SecretsTests
{
    private static readonly ChainId Household = ChainId.Parse("household/h1");
    private static readonly SealContext Context = new(Household, Household, default, "note");

    [Fact]
    public async Task A_nodes_secrets_are_the_same_after_a_restart()
    {
        var (store, master) = (new MemorySecretStore(), MasterKey.Create());
        using var first = await NodeSecrets.LoadAsync(store, master, CancellationToken.None);

        using var second = await NodeSecrets.LoadAsync(store, master, CancellationToken.None);

        Assert.Equal(first.Tokens.Id, second.Tokens.Id);
        Assert.Equal(first.Ids.ToArray(), second.Ids.ToArray());
        Assert.Equal(first.Salt(Household, new(0)), second.Salt(Household, new(0)));
        Assert.NotEqual(first.Ids.ToArray(), first.Pseudonyms.ToArray());
    }

    [Fact]
    public async Task Another_master_key_opens_nothing()
    {
        var store = new MemorySecretStore();
        using var first = await NodeSecrets.LoadAsync(store, MasterKey.Create(), CancellationToken.None);

        _ = await Assert.ThrowsAsync<CryptographicException>(
            () => NodeSecrets.LoadAsync(store, MasterKey.Create(), CancellationToken.None));
    }

    [Fact]
    public async Task Whoever_comes_first_decides_a_subjects_key()
    {
        var (store, master) = (new MemorySecretStore(), MasterKey.Create());
        var text = TextSealer.Seal(
            await new SubjectKeys(store, master).GetOrCreateAsync(Household, CancellationToken.None), Context,
            "private");

        var other = new SubjectKeys(store, master);
        var keys = await other.GetOrCreateAsync(
            [ChainId.Parse("household/h2"), Household, Household], CancellationToken.None);

        Assert.True(TextSealer.TryOpen(keys[1], Context, text, out var opened));
        Assert.Equal("private", opened);
        Assert.False(TextSealer.TryOpen(keys[0], Context, text, out _));
        Assert.Null(Assert.Single(await other.FindAsync([ChainId.Parse("household/h3")], CancellationToken.None)));
    }
}
