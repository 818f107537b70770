using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Exchange.Ledger;

namespace Exchange.Signing;

// nonce (12) || AES-256-GCM(master key, nonce, key, AAD = ["exchange-key-wrap", subject]) (32 + 16).
// See docs/ledger-format.md, "Sealing".
/// <summary>Wraps 32-byte keys under the master key, each bound to the subject whose key it is.</summary>
public static class KeyWrap
{
    /// <summary>The size of a wrapped key.</summary>
    public const int WrappedSizeBytes = NonceSizeBytes + SubjectKey.SizeBytes + TagSizeBytes;

    private const int NonceSizeBytes = 12;
    private const int TagSizeBytes = 16;

    /// <summary>Wraps the key of a household or officer.</summary>
    public static byte[] Wrap(MasterKey master, ChainId subject, SubjectKey key) =>
        Wrap(master, subject.ToString(), key.Span);

    /// <summary>Wraps any other 32 secret bytes under a name of their own, such as <c>secret/salt</c>.</summary>
    /// <exception cref="ArgumentException">The key has another length.</exception>
    public static byte[] Wrap(MasterKey master, string subject, ReadOnlySpan<byte> key)
    {
        if (key.Length != SubjectKey.SizeBytes)
        {
            throw new ArgumentException($"Expected {SubjectKey.SizeBytes} bytes, found {key.Length}.", nameof(key));
        }

        var wrapped = new byte[WrappedSizeBytes];
        var nonce = wrapped.AsSpan(0, NonceSizeBytes);
        var tag = wrapped.AsSpan(WrappedSizeBytes - TagSizeBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(master.Span, TagSizeBytes);
        cipher.Encrypt(nonce, key, wrapped.AsSpan(NonceSizeBytes, SubjectKey.SizeBytes), tag, Associated(subject));
        return wrapped;
    }

    /// <summary>
    /// Unwraps the key of a household or officer; false with another master key, subject or other bytes.
    /// </summary>
    public static bool TryUnwrap(
        MasterKey master, ChainId subject, ReadOnlySpan<byte> wrapped, [NotNullWhen(true)] out SubjectKey? key)
    {
        key = TryUnwrap(master, subject.ToString(), wrapped, out var bytes) ? new SubjectKey(bytes) : null;
        return key is not null;
    }

    /// <summary>Unwraps 32 secret bytes; false with another master key, subject or other bytes.</summary>
    public static bool TryUnwrap(
        MasterKey master, string subject, ReadOnlySpan<byte> wrapped, [NotNullWhen(true)] out byte[]? key)
    {
        key = null;
        if (wrapped.Length != WrappedSizeBytes)
        {
            return false;
        }

        var bytes = new byte[SubjectKey.SizeBytes];
        using var cipher = new AesGcm(master.Span, TagSizeBytes);
        try
        {
            cipher.Decrypt(
                wrapped[..NonceSizeBytes],
                wrapped.Slice(NonceSizeBytes, SubjectKey.SizeBytes),
                wrapped[^TagSizeBytes..],
                bytes,
                Associated(subject));
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }

        key = bytes;
        return true;
    }

    private static byte[] Associated(string subject)
    {
        var writer = new CanonicalWriter();
        writer.WriteArray(2);
        writer.WriteText("exchange-key-wrap");
        writer.WriteText(subject);
        return writer.ToArray();
    }
}
