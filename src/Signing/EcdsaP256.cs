using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Exchange.Signing;

/// <summary>
/// Checks ECDSA signatures on P-256 with SHA-256. A signature is r || s, 32 bytes each; a public key is its
/// uncompressed point (65 bytes) or its SubjectPublicKeyInfo in DER (91 bytes), the only forms taken.
/// </summary>
public static class EcdsaP256
{
    /// <summary>The size of a signature.</summary>
    public const int SignatureSizeBytes = 64;

    /// <summary>The size of a public key as a point.</summary>
    public const int PointSizeBytes = 1 + (2 * CoordinateSizeBytes);

    /// <summary>The size of a public key as SubjectPublicKeyInfo.</summary>
    public const int KeyInfoSizeBytes = 26 + PointSizeBytes;

    private const int CoordinateSizeBytes = 32;

    // SEQUENCE { SEQUENCE { id-ecPublicKey, prime256v1 }, BIT STRING } without the point. See RFC 5480, 2.1.1.1.
    private static ReadOnlySpan<byte> KeyInfoPrefix =>
    [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
        0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
    ];

    /// <summary>Whether a signature is good; false for any key or signature that is not well-formed.</summary>
    public static bool Verify(
        ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureSizeBytes || !TryImport(publicKey, out var key))
        {
            return false;
        }

        using (key)
        {
            return key.VerifyData(
                message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
    }

    /// <summary>Imports a public key; false where it is not well-formed or its point is not on the curve.</summary>
    public static bool TryImport(ReadOnlySpan<byte> publicKey, [NotNullWhen(true)] out ECDsa? key)
    {
        key = null;
        var point = publicKey;
        if (publicKey.Length == KeyInfoSizeBytes && publicKey.StartsWith(KeyInfoPrefix))
        {
            point = publicKey[KeyInfoPrefix.Length..];
        }

        if (point.Length != PointSizeBytes || point[0] != 0x04)
        {
            return false;
        }

        try
        {
            key = ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint
                {
                    X = point.Slice(1, CoordinateSizeBytes).ToArray(),
                    Y = point[(1 + CoordinateSizeBytes)..].ToArray(),
                },
            });
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
