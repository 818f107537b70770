namespace Exchange.Grains.Agreements.Manifests;

// SHA-256(0x14 || [header, leaf count, RFC 6962 tree root over SHA-256(0x00 || leaf)]). See docs/ledger-format.md,
// "Manifests".
/// <summary>The root of a manifest, whose leaves come one after the other. Memory does not grow with them.</summary>
public sealed class ManifestRoot
{
    private readonly MerkleRoot _tree = new();

    /// <summary>How many leaves were added.</summary>
    public TreeSize Leaves => _tree.Size;

    /// <summary>Adds a leaf by its canonical bytes; in the order of leaves.</summary>
    public void Add(ReadOnlySpan<byte> leaf) => _tree.Add(Hashes.Tagged(HashTag.Entry, leaf));

    /// <summary>The root of the leaves so far under a header, given by its canonical bytes.</summary>
    public Digest Root(ReadOnlySpan<byte> header)
    {
        var writer = new CanonicalWriter();
        writer.WriteArray(3);
        writer.WriteEncoded(header);
        writer.WriteInteger(_tree.Size.Value);
        writer.WriteDigest(_tree.Root());
        return Hashes.Tagged(HashTag.Manifest, writer.Written);
    }
}
