using Exchange.Store.Tests.Contracts;

namespace Exchange.Store.Tests.Postgres;

// family: every port's suite against PostgreSQL

[NeedsServer]
public sealed class PostgresLedgerStoreTests() : LedgerStoreContract(new PostgresFixture());

[NeedsServer]
public sealed class PostgresRowStoreTests() : RowStoreContract(new PostgresFixture());

[NeedsServer]
public sealed class PostgresSnapshotStoreTests() : SnapshotStoreContract(new PostgresFixture());

[NeedsServer]
public sealed class PostgresSecretStoreTests() : SecretStoreContract(new PostgresFixture());

[NeedsServer]
public sealed class PostgresLeaseStoreTests() : LeaseStoreContract(new PostgresFixture());

[NeedsServer]
public sealed class PostgresFaultTests() : FaultContract(new PostgresFixture());

[NeedsServer]
public sealed class PostgresHealthTests : StoreHealthContract, IDisposable
{
    private readonly PostgresFixture _fixture;

    public PostgresHealthTests()
        : this(new PostgresFixture())
    {
    }

    private PostgresHealthTests(PostgresFixture fixture)
        : base(fixture.Store.Health, () => new(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds())) =>
        _fixture = fixture;

    public void Dispose() => _fixture.Dispose();
}

[NeedsServer]
public sealed class PostgresBatchReadTests() : BatchReadContract(new PostgresFixture());
