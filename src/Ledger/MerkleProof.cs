using System.Numerics;

namespace Exchange.Ledger;

// family: the numbers of a Merkle tree and the proofs over them

/// <summary>How many leaves a Merkle tree has.</summary>
/// <param name="Value">The number.</param>
public readonly record struct TreeSize(long Value);

/// <summary>The place of a leaf in a Merkle tree, from 0.</summary>
/// <param name="Value">The number.</param>
public readonly record struct LeafIndex(long Value);

/// <summary>Checks the proofs of RFC 6962, 2.1.1 and 2.1.2, as RFC 9162, 2.1.3.2 and 2.1.4.2 walk them.</summary>
public static class MerkleProof
{
    /// <summary>Whether a leaf stands at a place of the tree with this root.</summary>
    public static bool Includes(
        Digest root, TreeSize size, LeafIndex index, Digest leaf, IReadOnlyList<Digest> proof)
    {
        if (index.Value < 0 || index.Value >= size.Value)
        {
            return false;
        }

        var (node, last, hash) = (index.Value, size.Value - 1, leaf);
        foreach (var sibling in proof)
        {
            if (last == 0)
            {
                return false;
            }

            if ((node & 1) == 1 || node == last)
            {
                hash = Hashes.Node(sibling, hash);
                (node, last) = SkipLeftEdge(node, last);
            }
            else
            {
                hash = Hashes.Node(hash, sibling);
            }

            (node, last) = (node >> 1, last >> 1);
        }

        return last == 0 && hash == root;
    }

    /// <summary>Whether the tree with the second root begins with all leaves of the tree with the first.</summary>
    public static bool Extends(
        Digest firstRoot, TreeSize firstSize, Digest secondRoot, TreeSize secondSize, IReadOnlyList<Digest> proof)
    {
        if (firstSize.Value < 0 || firstSize.Value > secondSize.Value)
        {
            return false;
        }

        if (firstSize == secondSize)
        {
            return proof.Count == 0 && firstRoot == secondRoot;
        }

        if (firstSize.Value == 0)
        {
            return proof.Count == 0 && firstRoot == MerkleRoot.Empty;
        }

        var whole = BitOperations.IsPow2(firstSize.Value);
        if (!whole && proof.Count == 0)
        {
            return false;
        }

        var (node, last) = (firstSize.Value - 1, secondSize.Value - 1);
        while ((node & 1) == 1)
        {
            (node, last) = (node >> 1, last >> 1);
        }

        var first = whole ? firstRoot : proof[0];
        var second = first;
        foreach (var sibling in proof.Skip(whole ? 0 : 1))
        {
            if (last == 0)
            {
                return false;
            }

            if ((node & 1) == 1 || node == last)
            {
                first = Hashes.Node(sibling, first);
                second = Hashes.Node(sibling, second);
                (node, last) = SkipLeftEdge(node, last);
            }
            else
            {
                second = Hashes.Node(second, sibling);
            }

            (node, last) = (node >> 1, last >> 1);
        }

        return last == 0 && first == firstRoot && second == secondRoot;
    }

    // A node on the right edge without a sibling stands for its parent, up to the level where it is a right child.
    private static (long Node, long Last) SkipLeftEdge(long node, long last)
    {
        while ((node & 1) == 0 && node != 0)
        {
            (node, last) = (node >> 1, last >> 1);
        }

        return (node, last);
    }
}
