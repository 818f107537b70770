using System.Security.Cryptography;
using Exchange.Engine.Pipeline;
using Exchange.Engine.Ports;
using Exchange.Signing;

namespace Exchange.Engine.Secrets;

/// <summary>
/// The secrets of a node, one for each use, kept wrapped by the master key: made when a store is first opened, and the
/// same ever after. Disposing frees the token key.
/// </summary>
public sealed class NodeSecrets : IDisposable
{
    private readonly byte[] _salt;
    private readonly byte[] _ids;
    private readonly byte[] _pseudonyms;
    private readonly byte[] _identifiers;
    private readonly byte[] _uploads;

    private NodeSecrets(ImmutableArray<byte[]> secrets, TokenSigningKey tokens)
    {
        (_salt, _ids, _pseudonyms, _identifiers, _uploads) =
            (secrets[0], secrets[1], secrets[2], secrets[3], secrets[4]);
        Tokens = tokens;
    }

    /// <summary>Signs tokens.</summary>
    public TokenSigningKey Tokens { get; }

    /// <summary>Makes the ids of households and members.</summary>
    public ReadOnlyMemory<byte> Ids => _ids;

    /// <summary>Makes what a licensee knows a household by.</summary>
    public ReadOnlyMemory<byte> Pseudonyms => _pseudonyms;

    /// <summary>Makes the keys of identifiers out of departments' numbers.</summary>
    public ReadOnlyMemory<byte> Identifiers => _identifiers;

    /// <summary>Salts the digest of uploaded bytes and the commitments of content.</summary>
    public ReadOnlyMemory<byte> Uploads => _uploads;

    /// <summary>What content and deliveries need.</summary>
    public Contents.ContentSecrets ForContent => new(_identifiers, _pseudonyms, _uploads);

    /// <summary>The salt of each entry.</summary>
    public SaltOf Salt => (chain, index) => SecretIds.Salt(_salt, chain, index);

    /// <summary>Loads the secrets, made and durable where there were none.</summary>
    /// <exception cref="CryptographicException">The master key is not the one they were wrapped with.</exception>
    public static async Task<NodeSecrets> LoadAsync(
        ISecretStore store, MasterKey master, CancellationToken cancellationToken)
    {
        ImmutableArray<string> names =
            ["secret/salt", "secret/ids", "secret/pseudonyms", "secret/identifiers", "secret/uploads"];
        var fresh = names.Select(name => KeyValuePair.Create(
            name,
            (ReadOnlyMemory<byte>)KeyWrap.Wrap(master, name, RandomNumberGenerator.GetBytes(SubjectKey.SizeBytes))));
        var kept = await store.GetOrAddManyAsync([.. fresh], cancellationToken);
        var secrets = names.Zip(kept, (name, wrapped) =>
            KeyWrap.TryUnwrap(master, name, wrapped.Span, out var secret) ? secret : throw Unopened(name));
        return new([.. secrets], await LoadTokenKeyAsync(store, master, cancellationToken));
    }

    public void Dispose()
    {
        Tokens.Dispose();
        foreach (var secret in new[] { _salt, _ids, _pseudonyms, _identifiers, _uploads })
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    // A private key in PKCS #8 has no fixed size: it is wrapped under a key of its own, which the master key wraps.
    private static async Task<TokenSigningKey> LoadTokenKeyAsync(
        ISecretStore store, MasterKey master, CancellationToken cancellationToken)
    {
        const string Wrapping = "secret/token-wrapping";
        const string Name = "secret/token-key";
        var wrappedKey = await store.GetOrAddAsync(
            Wrapping, KeyWrap.Wrap(master, Wrapping, RandomNumberGenerator.GetBytes(SubjectKey.SizeBytes)),
            cancellationToken);
        if (!KeyWrap.TryUnwrap(master, Wrapping, wrappedKey.Span, out var wrapping))
        {
            throw Unopened(Wrapping);
        }

        using var made = TokenSigningKey.Create();
        var kept = await store.GetOrAddAsync(Name, SealedBytes.Seal(wrapping, made.ExportPkcs8()), cancellationToken);
        return TokenSigningKey.ImportPkcs8(SealedBytes.Open(wrapping, kept.Span));
    }

    private static CryptographicException Unopened(string name) =>
        new($"{name} was wrapped by another master key than the one given.");
}
