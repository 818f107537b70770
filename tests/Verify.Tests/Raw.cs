using System.Buffers.Binary;
using System.Security.Cryptography;
using Exchange.Ledger;

namespace Exchange.Verify.Tests;

/// <summary>
/// Writes chain files that the writer would refuse: lists out of order, counts that are lies, heads that are not so.
/// Every digest of the form is right, so that only the lie itself is wrong.
/// </summary>
internal static class Raw
{
    /// <summary>A file of these chains, with the heads and counts that the last sound state of the story had.</summary>
    internal static byte[] Write(Story story, IReadOnlyList<ChainId> chains) => Write(
        story.Exchange,
        [.. chains.Select(chain => new RawChain(
            Record(chain, story.EntriesOf(chain).Count, story.HeadOf(chain).Hash), [.. story.EntriesOf(chain)]))]);

    internal static byte[] Write(
        ExchangeId exchange, IReadOnlyList<RawChain> chains, uint? statedChains = null, byte[]? content = null)
    {
        using var file = new MemoryStream();
        file.Write("exchange-chains\n"u8);
        WriteNumber(file, 1, sizeof(ushort));
        file.Write(exchange.Value.ToArray());
        WriteNumber(file, statedChains ?? (uint)chains.Count, sizeof(uint));
        foreach (var chain in chains)
        {
            WriteNumber(file, chain.Record.Length, sizeof(ushort));
            file.Write(chain.Record);
        }

        file.Write(SHA256.HashData(file.ToArray()));
        var positions = new List<long>();
        foreach (var chain in chains)
        {
            positions.Add(file.Position);
            foreach (var entry in chain.Entries)
            {
                WriteNumber(file, entry.Length, sizeof(ushort));
                file.Write(entry);
            }
        }

        var contentAt = file.Position;
        file.Write(content ?? [0x00]);
        var offsetsAt = file.Position;
        positions.ForEach(position => WriteNumber(file, position, sizeof(ulong)));
        WriteNumber(file, contentAt, sizeof(ulong));
        WriteNumber(file, 0, sizeof(ulong));
        WriteNumber(file, 0, sizeof(uint));
        file.Write(SHA256.HashData(file.ToArray().AsSpan((int)offsetsAt)));
        WriteNumber(file, offsetsAt, sizeof(ulong));
        file.Write(SHA256.HashData(file.ToArray()));
        file.Write("end-of-chains\n"u8);
        return file.ToArray();
    }

    /// <summary>The record of one chain in the list.</summary>
    internal static byte[] Record(ChainId chain, long count, Digest head)
    {
        var writer = new CanonicalWriter();
        writer.WriteArray(3);
        writer.WriteChain(chain);
        writer.WriteInteger(count);
        writer.WriteDigest(head);
        return writer.ToArray();
    }

    private static void WriteNumber(Stream target, long value, int sizeBytes)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        target.Write(bytes[^sizeBytes..]);
    }
}

/// <summary>A chain as it is to stand in a file, true or not.</summary>
internal sealed record RawChain(byte[] Record, IReadOnlyList<byte[]> Entries);
