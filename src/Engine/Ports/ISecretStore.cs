namespace Exchange.Engine.Ports;

/// <summary>
/// Keeps keys, wrapped by a master key that the store never sees. Get-or-create: whoever comes first decides the key,
/// and it is durable before anybody gets it. Thread-safe.
/// </summary>
public interface ISecretStore
{
    /// <summary>The wrapped key kept under the name; this one, durably, where there was none.</summary>
    ValueTask<ReadOnlyMemory<byte>> GetOrAddAsync(
        string name, ReadOnlyMemory<byte> wrapped, CancellationToken cancellationToken);

    /// <summary>
    /// The same for many names in one durable step; answers in the order asked.
    /// </summary>
    ValueTask<ImmutableArray<ReadOnlyMemory<byte>>> GetOrAddManyAsync(
        ImmutableArray<KeyValuePair<string, ReadOnlyMemory<byte>>> secrets, CancellationToken cancellationToken);

    /// <summary>The wrapped keys of many names, in the order asked; nothing where there is none.</summary>
    ValueTask<ImmutableArray<ReadOnlyMemory<byte>?>> FindManyAsync(
        ImmutableArray<string> names, CancellationToken cancellationToken);

    /// <summary>All wrapped keys there are, ascending by name; for an export.</summary>
    IAsyncEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> ReadAllAsync(CancellationToken cancellationToken);
}
