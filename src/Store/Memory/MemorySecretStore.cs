using System.Collections.Concurrent;

namespace Exchange.Store.Memory;

/// <summary>Wrapped keys in memory.</summary>
public sealed class MemorySecretStore : ISecretStore
{
    private readonly ConcurrentDictionary<string, ReadOnlyMemory<byte>> _secrets = new(StringComparer.Ordinal);

    public ValueTask<ReadOnlyMemory<byte>> GetOrAddAsync(
        string name, ReadOnlyMemory<byte> wrapped, CancellationToken cancellationToken) =>
        new(_secrets.GetOrAdd(name, wrapped.ToArray()));

    public ValueTask<ImmutableArray<ReadOnlyMemory<byte>>> GetOrAddManyAsync(
        ImmutableArray<KeyValuePair<string, ReadOnlyMemory<byte>>> secrets, CancellationToken cancellationToken) =>
        new([.. secrets.Select(secret => _secrets.GetOrAdd(secret.Key, secret.Value.ToArray()))]);

    public ValueTask<ImmutableArray<ReadOnlyMemory<byte>?>> FindManyAsync(
        ImmutableArray<string> names, CancellationToken cancellationToken) =>
        new([.. names.Select(name => _secrets.TryGetValue(name, out var found) ? found : (ReadOnlyMemory<byte>?)null)]);
}
