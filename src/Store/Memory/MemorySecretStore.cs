using System.Collections.Concurrent;

namespace Exchange.Store.Memory;

/// <summary>Wrapped keys in memory.</summary>
/// <param name="faults">What the next writes meet; nothing where none is given.</param>
public sealed class MemorySecretStore(MemoryFaults? faults = null) : ISecretStore
{
    private readonly MemoryFaults _faults = faults ?? new();
    private readonly ConcurrentDictionary<string, ReadOnlyMemory<byte>> _secrets = new(StringComparer.Ordinal);

    public async ValueTask<ReadOnlyMemory<byte>> GetOrAddAsync(
        string name, ReadOnlyMemory<byte> wrapped, CancellationToken cancellationToken) =>
        (await GetOrAddManyAsync([KeyValuePair.Create(name, wrapped)], cancellationToken))[0];

    public ValueTask<ImmutableArray<ReadOnlyMemory<byte>>> GetOrAddManyAsync(
        ImmutableArray<KeyValuePair<string, ReadOnlyMemory<byte>>> secrets, CancellationToken cancellationToken)
    {
        ImmutableArray<ReadOnlyMemory<byte>> kept = [];
        _faults.Write(() => kept = [.. secrets.Select(
            secret => _secrets.GetOrAdd(secret.Key, secret.Value.ToArray()))]);
        return new(kept);
    }

    public ValueTask<ImmutableArray<ReadOnlyMemory<byte>?>> FindManyAsync(
        ImmutableArray<string> names, CancellationToken cancellationToken) =>
        new([.. names.Select(name => _secrets.TryGetValue(name, out var found) ? found : (ReadOnlyMemory<byte>?)null)]);

    public IAsyncEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> ReadAllAsync(
        CancellationToken cancellationToken) =>
        _secrets.ToArray().OrderBy(secret => secret.Key, StringComparer.Ordinal).ToAsyncEnumerable();
}
