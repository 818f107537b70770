using System.Security.Cryptography;

namespace Exchange.Signing;

// SHA-256(key ^ opad || SHA-256(key ^ ipad || message)), RFC 2104.
/// <summary>
/// HMAC-SHA-256 of a short text by two plain hashes. Every entry and every sealed row block needs one, and the contexts
/// that the platform's own function makes and frees cost several times as much as these two.
/// </summary>
internal static class ShortHmac
{
    private const int BlockSizeBytes = 64;
    private const int MessageSizeBytesMax = 256;

    internal static void Hash(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, Span<byte> hash)
    {
        if (key.Length > BlockSizeBytes || message.Length > MessageSizeBytesMax)
        {
            _ = HMACSHA256.HashData(key, message, hash);
            return;
        }

        Span<byte> inner = stackalloc byte[BlockSizeBytes + MessageSizeBytesMax];
        Span<byte> outer = stackalloc byte[BlockSizeBytes + SHA256.HashSizeInBytes];
        inner[..BlockSizeBytes].Fill(0x36);
        outer[..BlockSizeBytes].Fill(0x5c);
        for (var i = 0; i < key.Length; i++)
        {
            inner[i] ^= key[i];
            outer[i] ^= key[i];
        }

        message.CopyTo(inner[BlockSizeBytes..]);
        _ = SHA256.HashData(inner[..(BlockSizeBytes + message.Length)], outer[BlockSizeBytes..]);
        _ = SHA256.HashData(outer, hash);
        CryptographicOperations.ZeroMemory(inner[..BlockSizeBytes]);
        CryptographicOperations.ZeroMemory(outer[..BlockSizeBytes]);
    }
}
