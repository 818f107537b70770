namespace Exchange.Ledger;

/// <summary>The bytes of a receipt: [exchange, [kind, key], index, hash, recorded_at, nil].</summary>
public static class ReceiptCodec
{
    /// <summary>The canonical bytes. The last field is the place of the later proof.</summary>
    public static byte[] Encode(Receipt receipt)
    {
        var writer = new CanonicalWriter();
        writer.WriteArray(6);
        writer.WriteBytes16(receipt.Exchange.Value);
        writer.WriteChain(receipt.Chain);
        writer.WriteInteger(receipt.Index.Value);
        writer.WriteDigest(receipt.Hash);
        writer.WriteInteger(receipt.RecordedAt.Value);
        writer.WriteNil();
        return writer.ToArray();
    }

    /// <summary>Reads a receipt.</summary>
    /// <exception cref="CanonicalFormatException">The bytes are not the canonical form of a receipt.</exception>
    public static Receipt Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new CanonicalReader(bytes);
        reader.ExpectArray(6);
        var receipt = new Receipt(
            new(reader.ReadBytes16()),
            reader.ReadChain(),
            new(reader.ReadInteger(0, long.MaxValue)),
            reader.ReadDigest(),
            reader.ReadTime());
        if (!reader.TryReadNil())
        {
            throw reader.Wrong("Expected no proof yet");
        }

        reader.ExpectEnd();
        return receipt;
    }
}
