using Exchange.Store.Memory;
using Exchange.Store.Tests.Contracts;

namespace Exchange.Store.Tests.Memory;

// family: every port's suite against memory

public sealed class MemoryLedgerStoreTests() : LedgerStoreContract(new MemoryFixture());

public sealed class MemoryRowStoreTests() : RowStoreContract(new MemoryFixture());

public sealed class MemorySnapshotStoreTests() : SnapshotStoreContract(new MemoryFixture());

public sealed class MemorySecretStoreTests() : SecretStoreContract(new MemoryFixture());

public sealed class MemoryLeaseStoreTests() : LeaseStoreContract(new MemoryFixture());

public sealed class MemoryFaultTests() : FaultContract(new MemoryFixture());

public sealed class MemoryContentStoreTests : ContentStoreContract
{
    protected override IContentStore Contents { get; } = new MemoryContentStore();

    protected override void Reopen()
    {
        // Nothing survives the object, so the object stays.
    }

    protected override void Dispose(bool disposing)
    {
        // Nothing is held.
    }
}

public sealed class MemoryHealthTests() : StoreHealthContract(
    new MemoryHealth(TimeProvider.System), () => new(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()));

public sealed class MemoryBatchReadTests() : BatchReadContract(new MemoryFixture());
