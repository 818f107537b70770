using System.Security.Cryptography;
using Exchange.Ledger;

namespace Exchange.Signing;

/// <summary>An ECDSA P-256 key that signs tokens and later checkpoints. Disposing it frees the private key.</summary>
public sealed class TokenSigningKey : IDisposable
{
    private readonly ECDsa _key;

    private TokenSigningKey(ECDsa key)
    {
        _key = key;
        PublicKey = key.ExportSubjectPublicKeyInfo();
        Id = new Digest(SHA256.HashData(PublicKey.Span));
    }

    /// <summary>The public key as SubjectPublicKeyInfo in DER.</summary>
    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>The public key as its uncompressed point: 0x04 || x || y.</summary>
    public ReadOnlyMemory<byte> Point => PublicKey[^EcdsaP256.PointSizeBytes..];

    // SHA-256(SubjectPublicKeyInfo).
    /// <summary>The name of the key.</summary>
    public Digest Id { get; }

    /// <summary>Makes a fresh key.</summary>
    public static TokenSigningKey Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Reads a key that <see cref="ExportPkcs8"/> wrote.</summary>
    /// <exception cref="CryptographicException">The bytes are not a P-256 key.</exception>
    public static TokenSigningKey ImportPkcs8(ReadOnlySpan<byte> privateKey)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportPkcs8PrivateKey(privateKey, out var read);
            if (read == privateKey.Length && key.ExportSubjectPublicKeyInfo().Length == EcdsaP256.KeyInfoSizeBytes
                && EcdsaP256.TryImport(key.ExportSubjectPublicKeyInfo(), out var check))
            {
                check.Dispose();
                return new(key);
            }

            throw new CryptographicException("Expected exactly one P-256 key.");
        }
        catch (CryptographicException)
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>The private key as PKCS #8 in DER, not encrypted: whoever stores it wraps it.</summary>
    public byte[] ExportPkcs8() => _key.ExportPkcs8PrivateKey();

    /// <summary>Signs with SHA-256; r || s, 32 bytes each.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message) =>
        _key.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    /// <summary>Whether a signature is this key's.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        EcdsaP256.Verify(PublicKey.Span, message, signature);

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
