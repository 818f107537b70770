using Exchange.Store.Tests.Contracts;

namespace Exchange.Store.Tests.Sqlite;

// family: every port's suite against SQLite

public sealed class SqliteLedgerStoreTests() : LedgerStoreContract(new SqliteFixture());

public sealed class SqliteRowStoreTests() : RowStoreContract(new SqliteFixture());

public sealed class SqliteSnapshotStoreTests() : SnapshotStoreContract(new SqliteFixture());

public sealed class SqliteSecretStoreTests() : SecretStoreContract(new SqliteFixture());

public sealed class SqliteFaultTests() : FaultContract(new SqliteFixture());

public sealed class SqliteBatchReadTests() : BatchReadContract(new SqliteFixture());
