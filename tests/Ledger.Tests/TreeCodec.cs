namespace Exchange.Ledger.Tests;

/// <summary>Writes and reads trees of any form with the product's codec.</summary>
internal static class TreeCodec
{
    internal static byte[] Write(object? value)
    {
        var writer = new CanonicalWriter();
        Write(writer, value);
        return writer.ToArray();
    }

    internal static object? Read(byte[] bytes)
    {
        var reader = new CanonicalReader(bytes);
        var value = Read(ref reader, bytes);
        reader.ExpectEnd();
        return value;
    }

    private static void Write(CanonicalWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNil();
                break;
            case bool truth:
                writer.WriteBool(truth);
                break;
            case int or long:
                writer.WriteInteger(Trees.Number(value));
                break;
            case string text:
                writer.WriteText(text);
                break;
            case byte[] bytes:
                writer.WriteBinary(bytes);
                break;
            default:
                var values = (object?[])value;
                writer.WriteArray(values.Length);
                foreach (var each in values)
                {
                    Write(writer, each);
                }

                break;
        }
    }

    private static object? Read(ref CanonicalReader reader, byte[] bytes)
    {
        if (reader.TryReadNil())
        {
            return null;
        }

        switch (reader.AtEnd ? (byte)0 : bytes[reader.Position])
        {
            case 0xc2 or 0xc3:
                return reader.ReadBool();
            case >= 0xa0 and <= 0xbf or 0xd9 or 0xda or 0xdb:
                return reader.ReadText(int.MaxValue, prose: true);
            case 0xc4 or 0xc5 or 0xc6:
                return reader.ReadBinary(int.MaxValue).ToArray();
            case >= 0x90 and <= 0x9f or 0xdc or 0xdd:
                var values = new object?[reader.ReadArray()];
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = Read(ref reader, bytes);
                }

                return values;
            default:
                return reader.ReadInteger();
        }
    }
}
