using System.Globalization;
using Exchange.Ledger;

namespace Exchange.Verify;

/// <summary>
/// Looks for the entries that receipts were given for: a history that was rewritten or cut lacks one.
/// </summary>
internal static class ReceiptsCheck
{
    /// <summary>Finds what does not match. Reads each chain once, and only as far as a receipt needs it.</summary>
    internal static IEnumerable<Finding> Find(ChainFileReader file, IEnumerable<KeptReceipt> receipts)
    {
        foreach (var chain in receipts.GroupBy(kept => kept.Receipt.Chain))
        {
            var waiting = new Queue<KeptReceipt>(chain.OrderBy(kept => kept.Receipt.Index));
            foreach (var foreign in waiting.Where(kept => kept.Receipt.Exchange != file.Exchange))
            {
                yield return Mismatch(foreign, $"exchange {foreign.Receipt.Exchange}", $"exchange {file.Exchange}");
            }

            var next = EntryIndex.BeforeFirst;
            foreach (var bytes in file.ReadChain(chain.Key))
            {
                next = next.Next;
                for (; waiting.TryPeek(out var kept) && kept.Receipt.Index == next; _ = waiting.Dequeue())
                {
                    if (Compare(kept, bytes.Span) is { } finding)
                    {
                        yield return finding;
                    }
                }

                if (waiting.Count == 0)
                {
                    break;
                }
            }

            foreach (var missing in waiting)
            {
                yield return Mismatch(
                    missing, $"an entry with hash {missing.Receipt.Hash}",
                    string.Create(CultureInfo.InvariantCulture, $"a chain of {next.CountThrough.Value} entries"));
            }
        }
    }

    private static Finding? Compare(KeptReceipt kept, ReadOnlySpan<byte> bytes)
    {
        if (Hashes.Entry(bytes) is var hash && hash != kept.Receipt.Hash)
        {
            return Mismatch(kept, $"an entry with hash {kept.Receipt.Hash}", $"an entry with hash {hash}");
        }

        var recordedAt = EntryScan.Read(bytes).RecordedAt;
        return recordedAt == kept.Receipt.RecordedAt
            ? null
            : Mismatch(kept, $"an entry of {kept.Receipt.RecordedAt}", $"an entry of {recordedAt}");
    }

    private static Finding Mismatch(KeptReceipt kept, string expected, string found) =>
        Finding.At(kept.Receipt.Chain, kept.Receipt.Index, $"{expected}, by receipt {kept.Path}", found);
}
