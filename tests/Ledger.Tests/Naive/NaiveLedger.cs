using System.Security.Cryptography;
using System.Text;

namespace Exchange.Ledger.Tests.Naive;

/// <summary>A second implementation of hashes, ids, entries and receipts; calls nothing of the product.</summary>
internal static class NaiveLedger
{
    internal static byte[] Tagged(byte tag, byte[] bytes) => SHA256.HashData([tag, .. bytes]);

    internal static byte[] TaggedArray(byte tag, params object?[] value) => Tagged(tag, NaivePack.Pack(value));

    internal static byte[] EntryHash(object?[] entry) => TaggedArray(0x00, entry);

    internal static byte[] Genesis(byte[] exchange, object?[] chain) =>
        TaggedArray(0x10, "exchange-ledger", 1, 1, exchange, chain);

    internal static byte[] Command(object?[] actor, object?[] command) =>
        TaggedArray(0x11, actor[0], actor[1], command);

    internal static byte[] ProcessStep(object?[] process, string step) =>
        TaggedArray(0x16, process, step)[..16];

    internal static string DerivedId(byte[] exchange, object?[] actor, byte[] command) =>
        Base32(TaggedArray(0x17, exchange, actor, command)[..16]);

    internal static byte[] Node(byte[] left, byte[] right) => SHA256.HashData([0x01, .. left, .. right]);

    // RFC 6962, 2.1, as it is written there: split at the greatest power of two below the number of leaves.
    internal static byte[] TreeRoot(byte[][] leaves)
    {
        if (leaves.Length == 0)
        {
            return SHA256.HashData([]);
        }

        if (leaves.Length == 1)
        {
            return leaves[0];
        }

        var split = 1;
        while (split * 2 < leaves.Length)
        {
            split *= 2;
        }

        return Node(TreeRoot(leaves[..split]), TreeRoot(leaves[split..]));
    }

    internal static string Base32(byte[] bytes)
    {
        var bits = string.Concat(bytes.Select(value => Convert.ToString(value, 2).PadLeft(8, '0')));
        var text = new StringBuilder();
        for (var at = 0; at < bits.Length; at += 5)
        {
            var five = bits[at..Math.Min(bits.Length, at + 5)].PadRight(5, '0');
            _ = text.Append("abcdefghijklmnopqrstuvwxyz234567"[Convert.ToInt32(five, 2)]);
        }

        return text.ToString();
    }

    /// <summary>Chains of entries with every optional part present somewhere; previous hashes are filled in.</summary>
    internal static object?[][] Chain(byte[] exchange, object?[] chain, params object?[][] entries)
    {
        var previous = Genesis(exchange, chain);
        for (var i = 0; i < entries.Length; i++)
        {
            (entries[i][1], entries[i][2], entries[i][3]) = (chain, i, previous);
            previous = EntryHash(entries[i]);
        }

        return entries;
    }
}
