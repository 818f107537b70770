using System.Security.Cryptography;

namespace Exchange.Ledger;

/// <summary>
/// The root of a Merkle tree (RFC 6962, 2.1) over leaves that come one after the other. Memory is one digest for each
/// level, whatever the number of leaves. Not thread-safe.
/// </summary>
public sealed class MerkleRoot
{
    private readonly Digest[] _peaks = new Digest[sizeof(long) * 8];

    /// <summary>How many leaves were added.</summary>
    public TreeSize Size { get; private set; }

    // SHA-256() of nothing. See RFC 6962, 2.1.
    /// <summary>The root of a tree without leaves.</summary>
    public static Digest Empty { get; } = new(SHA256.HashData([]));

    /// <summary>Adds a leaf hash, which must have been made with tag 0x00.</summary>
    public void Add(Digest leaf)
    {
        var carry = leaf;
        var level = 0;
        for (; ((Size.Value >> level) & 1) == 1; level++)
        {
            carry = Hashes.Node(_peaks[level], carry);
        }

        _peaks[level] = carry;
        Size = new(Size.Value + 1);
    }

    /// <summary>The root over everything added so far.</summary>
    public Digest Root()
    {
        Digest? root = null;
        for (var level = 0; Size.Value >> level != 0; level++)
        {
            if (((Size.Value >> level) & 1) == 1)
            {
                root = root is { } right ? Hashes.Node(_peaks[level], right) : _peaks[level];
            }
        }

        return root ?? Empty;
    }
}
