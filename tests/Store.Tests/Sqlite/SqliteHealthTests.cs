using Exchange.Store.Tests.Contracts;

namespace Exchange.Store.Tests.Sqlite;

public sealed class SqliteHealthTests : StoreHealthContract, IDisposable
{
    private readonly SqliteFixture _fixture;

    public SqliteHealthTests()
        : this(new SqliteFixture())
    {
    }

    private SqliteHealthTests(SqliteFixture fixture)
        : base(fixture.Store.Health, () => new(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds())) =>
        _fixture = fixture;

    [Fact]
    public async Task A_store_that_failed_refuses_every_node()
    {
        _fixture.BreakNextCommit(isStored: true);
        var secrets = _fixture.Secrets.GetOrAddAsync("name", new byte[] { 1 }, default).AsTask();
        _ = await Assert.ThrowsAsync<StoreUnavailableException>(() => secrets);

        Assert.Equal(new StoreCondition.Refused(StoreRefusal.Failed), await _fixture.Store.Health.CheckAsync(default));
    }

    public void Dispose() => _fixture.Dispose();
}
