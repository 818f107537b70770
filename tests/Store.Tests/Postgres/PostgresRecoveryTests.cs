using Exchange.Store.Postgres;

namespace Exchange.Store.Tests.Postgres;

/// <summary>Whether a node may serve after its server died, on a server of its own.</summary>
[NeedsServer]
public sealed class PostgresRecoveryTests : IDisposable
{
    private static readonly LeaseName Name = new("health");

    private readonly PrivateServer _server = PrivateServer.Start();
    private readonly string _directory = Directory.CreateTempSubdirectory("exchange-node-").FullName;
    private readonly PostgresStore _store;

    public PostgresRecoveryTests() => _store = PostgresFixture.Open(new()
    {
        Connection = _server.Connection(PrivateServer.Writer),
        OwnerConnection = _server.Connection(PrivateServer.Owner),
        Directory = _directory,
    });

    [StoreFact]
    public async Task A_server_that_came_back_is_good_as_soon_as_it_took_a_write()
    {
        await TakeAsync();
        _server.Kill();
        await Assert.ThrowsAsync<StoreUnavailableException>(TakeAsync);
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _store.Health.CheckAsync(default));

        _server.Start();
        await TakeAsync();

        _ = Assert.IsType<StoreCondition.Good>(await _store.Health.CheckAsync(default));
    }

    public void Dispose()
    {
        _store.Dispose();
        _server.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task TakeAsync() =>
        _ = await _store.Leases.TryTakeAsync(Name, Samples.Key(1), TimeSpan.FromMinutes(1), default);
}
