using System.Buffers.Binary;
using System.Security.Cryptography;
using Exchange.Grains.Agreements.Manifests;

namespace Exchange.Engine.Delivery;

// family: what survives of a delivery until it has ended

/// <summary>What a delivery delivers: the first record of its journal.</summary>
internal sealed record JournalStart(
    ChainId Agreement, GrainKey Delivery, GrainKey Dataset, GrainKey Revision,
    [Count(512)] ImmutableSortedSet<ColumnName> Columns);

/// <summary>A block's part of the manifest: appended before the block's first byte goes out.</summary>
internal sealed record JournalBlock(
    ManifestBlock Block, [Count(16)] ImmutableArray<WithheldCount> Withheld,
    [Count(DeliveryOptions.BlockRowsMax)] ImmutableArray<ManifestLeaf> Leaves);

/// <summary>
/// The form of a journal: records of u32 size, the first 8 bytes of SHA-256 over the record, and the record's canonical
/// bytes. A record that a crash cut is not read, nor is anything behind it.
/// </summary>
internal static class DeliveryJournal
{
    private const int HeadSizeBytes = sizeof(int) + CheckSizeBytes;
    private const int CheckSizeBytes = 8;
    private const int RecordSizeBytesMax = 4 * 1024 * 1024;

    internal static byte[] Frame<T>(T record)
    {
        var bytes = WireCodec<T>.Encode(record);
        var framed = new byte[HeadSizeBytes + bytes.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed, bytes.Length);
        SHA256.HashData(bytes).AsSpan(0, CheckSizeBytes).CopyTo(framed.AsSpan(sizeof(int)));
        bytes.CopyTo(framed, HeadSizeBytes);
        return framed;
    }

    internal static JournalStart? ReadStart(Stream journal) =>
        ReadRecord(journal) is { } bytes ? WireCodec<JournalStart>.Decode(bytes) : null;

    /// <summary>The blocks behind the start, as far as they are whole.</summary>
    internal static IEnumerable<JournalBlock> ReadBlocks(Stream journal)
    {
        while (ReadRecord(journal) is { } bytes)
        {
            yield return WireCodec<JournalBlock>.Decode(bytes);
        }
    }

    private static byte[]? ReadRecord(Stream journal)
    {
        var head = new byte[HeadSizeBytes];
        if (journal.ReadAtLeast(head, HeadSizeBytes, throwOnEndOfStream: false) < HeadSizeBytes)
        {
            return null;
        }

        var size = BinaryPrimitives.ReadInt32BigEndian(head);
        if (size is < 1 or > RecordSizeBytesMax)
        {
            return null;
        }

        var bytes = new byte[size];
        return journal.ReadAtLeast(bytes, size, throwOnEndOfStream: false) == size
            && SHA256.HashData(bytes).AsSpan(0, CheckSizeBytes).SequenceEqual(head.AsSpan(sizeof(int)))
            ? bytes
            : null;
    }
}
