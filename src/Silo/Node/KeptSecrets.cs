using Exchange.Engine.Ports;
using Exchange.Store.Sqlite;

namespace Exchange.Silo.Node;

/// <summary>The secrets of a node as they are kept, read beside it: nothing is ever made here.</summary>
internal sealed class KeptSecrets(DataDirectory data) : ISecretStore
{
    public async ValueTask<ReadOnlyMemory<byte>> GetOrAddAsync(
        string name, ReadOnlyMemory<byte> wrapped, CancellationToken cancellationToken) =>
        (await GetOrAddManyAsync([KeyValuePair.Create(name, wrapped)], cancellationToken))[0];

    public async ValueTask<ImmutableArray<ReadOnlyMemory<byte>>> GetOrAddManyAsync(
        ImmutableArray<KeyValuePair<string, ReadOnlyMemory<byte>>> secrets, CancellationToken cancellationToken)
    {
        var found = await FindManyAsync([.. secrets.Select(secret => secret.Key)], cancellationToken);
        return
        [
            .. found.Select(secret => secret ?? throw new NodeStartException(
                $"The node at {data.Path} has no keys yet. Start it once; it makes them.")),
        ];
    }

    public ValueTask<ImmutableArray<ReadOnlyMemory<byte>?>> FindManyAsync(
        ImmutableArray<string> names, CancellationToken cancellationToken) =>
        ValueTask.FromResult(SqliteSecretReader.FindMany(data.Path, names));
}
