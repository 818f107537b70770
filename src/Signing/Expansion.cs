namespace Exchange.Signing;

/// <summary>
/// One block of HKDF-Expand (RFC 5869, 2.3); extraction is left out because every key here is uniform.
/// </summary>
internal static class Expansion
{
    internal const int SizeBytes = 32;

    // HMAC-SHA-256(key, info || 0x01).
    internal static void Derive(ReadOnlySpan<byte> key, ReadOnlySpan<byte> info, Span<byte> target)
    {
        Span<byte> input = info.Length < 256 ? stackalloc byte[info.Length + 1] : new byte[info.Length + 1];
        info.CopyTo(input);
        input[^1] = 0x01;
        ShortHmac.Hash(key, input, target);
    }
}
