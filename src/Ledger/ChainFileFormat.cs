namespace Exchange.Ledger;

/// <summary>The fixed parts of a chain file. See docs/ledger-format.md, "Chain file".</summary>
internal static class ChainFileFormat
{
    internal const int Format = 1;
    internal const int ChunkSizeBytes = 64 * 1024;
    internal const int IndexPointsMax = 4096;
    internal const int RecordSizeBytesMax = 256;
    internal const byte ItemMark = 0x01;
    internal const byte ContentEndMark = 0x00;

    // Position of the offsets, digest of the file, end mark.
    internal const int TrailerSizeBytes = sizeof(ulong) + Digest.SizeBytes + 14;
    internal const int DigestAndMarkSizeBytes = Digest.SizeBytes + 14;

    internal static ReadOnlySpan<byte> Magic => "exchange-chains\n"u8;

    internal static ReadOnlySpan<byte> EndMark => "end-of-chains\n"u8;

    // Magic, format, exchange id, number of chains.
    internal static int HeaderSizeBytes => Magic.Length + sizeof(ushort) + Bytes16.SizeBytes + sizeof(uint);
}
