using System.Security.Cryptography;

namespace Exchange.Engine.Secrets;

/// <summary>Seals bytes of any length under a key that seals nothing else: nonce (12), ciphertext, tag (16).</summary>
internal static class SealedBytes
{
    private const int NonceSizeBytes = 12;
    private const int TagSizeBytes = 16;

    internal static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> bytes)
    {
        var output = new byte[NonceSizeBytes + bytes.Length + TagSizeBytes];
        var nonce = output.AsSpan(0, NonceSizeBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(key, TagSizeBytes);
        cipher.Encrypt(nonce, bytes, output.AsSpan(NonceSizeBytes, bytes.Length), output.AsSpan(^TagSizeBytes..));
        return output;
    }

    /// <exception cref="CryptographicException">Another key, or bytes that were not sealed here.</exception>
    internal static byte[] Open(ReadOnlySpan<byte> key, ReadOnlySpan<byte> output)
    {
        if (output.Length < NonceSizeBytes + TagSizeBytes)
        {
            throw new CryptographicException(
                $"Expected at least {NonceSizeBytes + TagSizeBytes} sealed bytes, found {output.Length}.");
        }

        var bytes = new byte[output.Length - NonceSizeBytes - TagSizeBytes];
        using var cipher = new AesGcm(key, TagSizeBytes);
        cipher.Decrypt(
            output[..NonceSizeBytes], output[NonceSizeBytes..^TagSizeBytes], output[^TagSizeBytes..], bytes);
        return bytes;
    }
}
