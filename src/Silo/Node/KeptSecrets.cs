using System.Security.Cryptography;
using Exchange.Engine.Ports;
using Exchange.Engine.Secrets;
using Exchange.Signing;

namespace Exchange.Silo.Node;

/// <summary>The secrets of a node as they are kept, read beside it: nothing is ever made here.</summary>
/// <param name="findAsync">The wrapped secrets of names, in the order asked; nothing where there is none.</param>
internal sealed class KeptSecrets(
    DataDirectory data,
    Func<ImmutableArray<string>, CancellationToken, ValueTask<ImmutableArray<ReadOnlyMemory<byte>?>>> findAsync)
    : ISecretStore
{
    /// <summary>Opens the node's secrets, or says which key does not open them.</summary>
    /// <exception cref="NodeStartException">The master key is another one than they were wrapped with.</exception>
    internal static async Task<NodeSecrets> LoadAsync(
        DataDirectory data, ISecretStore store, MasterKey master, CancellationToken cancellationToken)
    {
        try
        {
            return await NodeSecrets.LoadAsync(store, master, cancellationToken);
        }
        catch (CryptographicException)
        {
            throw new NodeStartException(
                $"The master key {MasterKeyFile.PathOf(data)} is not the one that {data.Path} was made with: "
                + "its secrets "
                + $"do not open. Put the right key there, or name it with {MasterKeyFile.Variable}.");
        }
    }

    /// <summary>The master key; made only where the store has nothing yet that another one opens.</summary>
    /// <exception cref="NodeStartException">It is missing, too widely readable, or no key.</exception>
    internal static async Task<MasterKey> OpenMasterAsync(
        DataDirectory data, ISecretStore store, CancellationToken cancellationToken)
    {
        await using var kept = store.ReadAllAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        return new(await kept.MoveNextAsync() ? MasterKeyFile.ReadKept(data) : MasterKeyFile.ReadOrCreate(data));
    }

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
        ImmutableArray<string> names, CancellationToken cancellationToken) => findAsync(names, cancellationToken);

    public IAsyncEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> ReadAllAsync(
        CancellationToken cancellationToken) =>
        throw new NotSupportedException("Beside a running node keys are found by name only.");
}
