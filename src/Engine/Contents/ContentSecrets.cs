namespace Exchange.Engine.Contents;

/// <summary>The secrets of the node that content and deliveries need, each of 32 bytes and for one use only.</summary>
/// <param name="Index">Makes the keys of identifiers from departments' numbers.</param>
/// <param name="Pseudonym">Makes what a licensee knows a household by.</param>
/// <param name="Upload">Salts the digest of uploaded bytes and the commitments of content.</param>
public sealed record ContentSecrets(
    ReadOnlyMemory<byte> Index, ReadOnlyMemory<byte> Pseudonym, ReadOnlyMemory<byte> Upload);
