namespace Exchange.Grains.Wire;

/// <summary>The forms of single values.</summary>
internal static class ScalarForms
{
    private const int BinarySizeBytesMax = 4096;
    private const int SealedSizeBytesMax = 4096 + 16;
    private const int NonceSizeBytes = 12;

    // Leaves room to count on without overflow.
    private const long IndexMax = UnixMilliseconds.Limit;

    private static readonly Dictionary<Type, IWireForm> Fixed = new IWireForm[]
    {
        new WireForm<bool>(
            static (ref CanonicalReader reader) => reader.ReadBool(),
            static (writer, value) => writer.WriteBool(value)),
        new WireForm<long>(
            static (ref CanonicalReader reader) => reader.ReadInteger(),
            static (writer, value) => writer.WriteInteger(value)),
        new WireForm<int>(
            static (ref CanonicalReader reader) => (int)reader.ReadInteger(int.MinValue, int.MaxValue),
            static (writer, value) => writer.WriteInteger(value)),
        new WireForm<Digest>(
            static (ref CanonicalReader reader) => reader.ReadDigest(),
            static (writer, value) => writer.WriteDigest(value)),
        new WireForm<Bytes16>(
            static (ref CanonicalReader reader) => reader.ReadBytes16(),
            static (writer, value) => writer.WriteBytes16(value)),
        new WireForm<ExchangeId>(
            static (ref CanonicalReader reader) => new(reader.ReadBytes16()),
            static (writer, value) => writer.WriteBytes16(value.Value)),
        new WireForm<CommandId>(
            static (ref CanonicalReader reader) => new(reader.ReadBytes16()),
            static (writer, value) => writer.WriteBytes16(value.Value)),
        new WireForm<EntryIndex>(
            static (ref CanonicalReader reader) => new(reader.ReadInteger(-1, IndexMax)),
            static (writer, value) =>
            {
                Unwritable.Unless(value.Value is >= -1 and <= IndexMax, typeof(EntryIndex), value);
                writer.WriteInteger(value.Value);
            }),
        new WireForm<EntryCount>(
            static (ref CanonicalReader reader) => new(reader.ReadInteger(0, IndexMax)),
            static (writer, value) =>
            {
                Unwritable.Unless(value.Value is >= 0 and <= IndexMax, typeof(EntryCount), value);
                writer.WriteInteger(value.Value);
            }),
        new WireForm<UnixMilliseconds>(
            static (ref CanonicalReader reader) => reader.ReadTime(),
            static (writer, value) =>
            {
                Unwritable.Unless(
                    value.Value is >= 0 and < UnixMilliseconds.Limit, typeof(UnixMilliseconds), value.Value);
                writer.WriteInteger(value.Value);
            }),
        new WireForm<ChainId>(
            static (ref CanonicalReader reader) => reader.ReadChain(),
            static (writer, value) =>
            {
                Unwritable.Unless(value.Kind != GrainKind.None && Enum.IsDefined(value.Kind), typeof(ChainId), value);
                writer.WriteChain(value);
            }),
        new WireForm<GrainKey>(ReadKey, static (writer, value) => writer.WriteText(value.Value)),
        new WireForm<ReadOnlyMemory<byte>>(
            static (ref CanonicalReader reader) => reader.ReadBinary(BinarySizeBytesMax).ToArray(),
            static (writer, value) =>
            {
                Unwritable.Unless(value.Length <= BinarySizeBytesMax, typeof(ReadOnlyMemory<byte>), value.Length);
                writer.WriteBinary(value.Span);
            }),
        new WireForm<SealedText>(ReadSealed, WriteSealed),
    }.ToDictionary(form => form.GetType().GetGenericArguments()[0]);

    internal static IWireForm? Find(FieldType field) =>
        field.Type == typeof(string) ? Text(field.SizeBytesMax, field.Prose) : Fixed.GetValueOrDefault(field.Type);

    private static WireForm<string> Text(int sizeBytesMax, bool prose) => new(
        (ref CanonicalReader reader) => reader.ReadText(sizeBytesMax, prose),
        (writer, value) =>
        {
            Unwritable.UnlessText(value, sizeBytesMax, prose);
            writer.WriteText(value);
        });

    private static GrainKey ReadKey(ref CanonicalReader reader) =>
        GrainKey.TryParse(reader.ReadText(GrainKey.LengthMax), out var key)
            ? key
            : throw reader.Wrong("Expected a grain's key");

    private static SealedText ReadSealed(ref CanonicalReader reader)
    {
        reader.ExpectArray(2);
        var nonce = reader.ReadBinary(NonceSizeBytes).ToArray();
        return nonce.Length == NonceSizeBytes
            ? new(nonce, reader.ReadBinary(SealedSizeBytesMax).ToArray())
            : throw reader.Wrong($"Expected a nonce of {NonceSizeBytes} bytes, found {nonce.Length}");
    }

    private static void WriteSealed(CanonicalWriter writer, SealedText value)
    {
        Unwritable.Unless(
            value.Nonce.Length == NonceSizeBytes && value.Ciphertext.Length <= SealedSizeBytesMax,
            typeof(SealedText), value.Ciphertext.Length);
        writer.WriteArray(2);
        writer.WriteBinary(value.Nonce.Span);
        writer.WriteBinary(value.Ciphertext.Span);
    }
}
