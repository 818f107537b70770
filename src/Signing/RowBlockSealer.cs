using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Exchange.Ledger;

namespace Exchange.Signing;

// key = HKDF-Expand(subject key, [dataset key, upload command id]); block = nonce (12) || ciphertext || tag (16).
// See docs/ledger-format.md, "Sealing".
/// <summary>
/// Seals the row blocks of one subject in one upload. Cheap to make: one HMAC and one key schedule; use one for all
/// blocks of the pair. Not thread-safe.
/// </summary>
public sealed class RowBlockSealer : IDisposable
{
    /// <summary>How much longer a sealed block is than its rows.</summary>
    public const int OverheadSizeBytes = NonceSizeBytes + TagSizeBytes;

    private const int NonceSizeBytes = 12;
    private const int TagSizeBytes = 16;

    private readonly AesGcm _cipher;

    /// <summary>Derives the key for one dataset's upload from the key of a household or officer.</summary>
    public RowBlockSealer(SubjectKey key, GrainKey dataset, CommandId upload)
    {
        // [dataset key, upload command id]: at most 1 + 2 + 63 + 2 + 16 bytes, written without a writer's buffer.
        Span<byte> info = stackalloc byte[96];
        var size = 0;
        info[size++] = 0x92;
        var text = dataset.Value;
        if (text.Length > 31)
        {
            info[size++] = 0xd9;
            info[size++] = (byte)text.Length;
        }
        else
        {
            info[size++] = (byte)(0xa0 | text.Length);
        }

        size += System.Text.Encoding.ASCII.GetBytes(text, info[size..]);
        info[size++] = 0xc4;
        info[size++] = Bytes16.SizeBytes;
        upload.Value.CopyTo(info[size..]);
        size += Bytes16.SizeBytes;

        Span<byte> blockKey = stackalloc byte[Expansion.SizeBytes];
        Expansion.Derive(key.Span, info[..size], blockKey);
        _cipher = new AesGcm(blockKey, TagSizeBytes);
        CryptographicOperations.ZeroMemory(blockKey);
    }

    /// <summary>Seals rows under a fresh random nonce, which stands at the start of the block.</summary>
    public byte[] Seal(ReadOnlySpan<byte> rows, ReadOnlySpan<byte> associatedData)
    {
        var block = new byte[rows.Length + OverheadSizeBytes];
        var nonce = block.AsSpan(0, NonceSizeBytes);
        RandomNumberGenerator.Fill(nonce);
        _cipher.Encrypt(
            nonce,
            rows,
            block.AsSpan(NonceSizeBytes, rows.Length),
            block.AsSpan(block.Length - TagSizeBytes),
            associatedData);
        return block;
    }

    /// <summary>
    /// Opens a block into the start of <paramref name="target"/>, which must be at least as long as the block less
    /// <see cref="OverheadSizeBytes"/>; false with another key or associated data, or other bytes.
    /// </summary>
    public bool TryOpen(
        ReadOnlySpan<byte> block, ReadOnlySpan<byte> associatedData, Span<byte> target, out int sizeBytes)
    {
        sizeBytes = 0;
        if (block.Length < OverheadSizeBytes)
        {
            return false;
        }

        var size = block.Length - OverheadSizeBytes;
        try
        {
            _cipher.Decrypt(
                block[..NonceSizeBytes],
                block.Slice(NonceSizeBytes, size),
                block[^TagSizeBytes..],
                target[..size],
                associatedData);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }

        sizeBytes = size;
        return true;
    }

    /// <summary>Opens a block; false with another key or associated data, or other bytes.</summary>
    public bool TryOpen(
        ReadOnlySpan<byte> block, ReadOnlySpan<byte> associatedData, [NotNullWhen(true)] out byte[]? rows)
    {
        rows = null;
        var target = new byte[Math.Max(0, block.Length - OverheadSizeBytes)];
        if (!TryOpen(block, associatedData, target, out _))
        {
            return false;
        }

        rows = target;
        return true;
    }

    /// <summary>Forgets the key.</summary>
    public void Dispose() => _cipher.Dispose();
}
