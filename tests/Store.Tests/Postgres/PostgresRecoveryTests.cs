using Exchange.Store.Postgres;

namespace Exchange.Store.Tests.Postgres;

/// <summary>Whether a node may serve after its server died, on a server of its own.</summary>
[NeedsServer]
public sealed class PostgresRecoveryTests : IDisposable
{
    private static readonly LeaseName Name = new("health");

    private readonly OwnServer _own = new();
    private readonly PostgresStore _store;

    public PostgresRecoveryTests() => _store = PostgresFixture.Open(_own.Options);

    [StoreFact]
    public async Task A_server_that_came_back_is_good_as_soon_as_it_took_a_write()
    {
        await TakeAsync();
        _own.Server.Kill();
        await Assert.ThrowsAsync<StoreUnavailableException>(TakeAsync);
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _store.Health.CheckAsync(default));

        _own.Server.Start();
        await TakeAsync();

        _ = Assert.IsType<StoreCondition.Good>(await _store.Health.CheckAsync(default));
    }

    public void Dispose()
    {
        _store.Dispose();
        _own.Dispose();
    }

    private async Task TakeAsync() =>
        _ = await _store.Leases.TryTakeAsync(Name, Samples.Key(1), TimeSpan.FromMinutes(1), default);
}
