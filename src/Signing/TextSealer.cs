using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Exchange.Ledger;

namespace Exchange.Signing;

// family: a sealed text and what it is bound to

/// <summary>Where a sealed text stands. A text opens only in the context that it was sealed in.</summary>
/// <param name="Chain">The chain of the entry.</param>
/// <param name="Actor">Who gave the command.</param>
/// <param name="Command">The command's id.</param>
/// <param name="FieldPath">The field within the command.</param>
public readonly record struct SealContext(ChainId Chain, ChainId Actor, CommandId Command, string FieldPath);

// nonce = first 12 bytes of HMAC-SHA-256(HKDF-Expand(key, "nonce"), [chain, actor, command id, field path, plaintext]);
// AES-256-GCM(key, nonce, plaintext, AAD = [chain, actor, command id, field path]).
// See docs/ledger-format.md, "Sealing".
/// <summary>Seals personal texts so that a retry has the same bytes and no nonce ever serves two plaintexts.</summary>
public static class TextSealer
{
    /// <summary>The size of the nonce.</summary>
    public const int NonceSizeBytes = 12;

    /// <summary>The size of the tag behind the ciphertext.</summary>
    public const int TagSizeBytes = 16;

    private static readonly UTF8Encoding StrictUtf8 =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Seals a text.</summary>
    /// <exception cref="EncoderFallbackException">The text holds half of a surrogate pair.</exception>
    public static SealedText Seal(SubjectKey key, SealContext context, string plaintext)
    {
        var bytes = StrictUtf8.GetBytes(plaintext);
        var nonce = Nonce(key, context, plaintext);
        var ciphertext = new byte[bytes.Length + TagSizeBytes];
        using var cipher = new AesGcm(key.Span, TagSizeBytes);
        cipher.Encrypt(
            nonce, bytes, ciphertext.AsSpan(0, bytes.Length), ciphertext.AsSpan(bytes.Length), Associated(context));
        return new(nonce, ciphertext);
    }

    /// <summary>
    /// Opens a text; false with another key, another context, or bytes that <see cref="Seal"/> did not make.
    /// </summary>
    public static bool TryOpen(
        SubjectKey key, SealContext context, SealedText text, [NotNullWhen(true)] out string? plaintext)
    {
        plaintext = null;
        if (text.Nonce.Length != NonceSizeBytes || text.Ciphertext.Length < TagSizeBytes)
        {
            return false;
        }

        var ciphertext = text.Ciphertext.Span;
        var bytes = new byte[ciphertext.Length - TagSizeBytes];
        using var cipher = new AesGcm(key.Span, TagSizeBytes);
        try
        {
            cipher.Decrypt(
                text.Nonce.Span,
                ciphertext[..^TagSizeBytes],
                ciphertext[^TagSizeBytes..],
                bytes,
                Associated(context));
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }

        if (!System.Text.Unicode.Utf8.IsValid(bytes))
        {
            return false;
        }

        var opened = StrictUtf8.GetString(bytes);
        if (!Nonce(key, context, opened).AsSpan().SequenceEqual(text.Nonce.Span))
        {
            return false;
        }

        plaintext = opened;
        return true;
    }

    private static byte[] Nonce(SubjectKey key, SealContext context, string plaintext)
    {
        Span<byte> nonceKey = stackalloc byte[Expansion.SizeBytes];
        Expansion.Derive(key.Span, "nonce"u8, nonceKey);
        var writer = new CanonicalWriter();
        Write(writer, context, fieldCount: 5);
        writer.WriteText(plaintext);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        _ = HMACSHA256.HashData(nonceKey, writer.Written, hash);
        return hash[..NonceSizeBytes].ToArray();
    }

    private static byte[] Associated(SealContext context)
    {
        var writer = new CanonicalWriter();
        Write(writer, context, fieldCount: 4);
        return writer.ToArray();
    }

    private static void Write(CanonicalWriter writer, SealContext context, int fieldCount)
    {
        writer.WriteArray(fieldCount);
        writer.WriteChain(context.Chain);
        writer.WriteChain(context.Actor);
        writer.WriteBytes16(context.Command.Value);
        writer.WriteText(context.FieldPath);
    }
}
