namespace Exchange.Ledger;

/// <summary>RFC 4648 base32 in lower case without padding: the text of derived ids.</summary>
public static class Base32
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>The text of some bytes: 26 characters for sixteen bytes.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = stackalloc char[((bytes.Length * 8) + 4) / 5];
        var (bits, held, at) = (0, 0, 0);
        foreach (var value in bytes)
        {
            held = ((held << 8) | value) & 0xfff;
            bits += 8;
            while (bits >= 5)
            {
                bits -= 5;
                text[at++] = Alphabet[(held >> bits) & 31];
            }
        }

        if (bits > 0)
        {
            text[at] = Alphabet[(held << (5 - bits)) & 31];
        }

        return new string(text);
    }

    /// <summary>The text of some bytes as a grain's key.</summary>
    public static GrainKey Key(ReadOnlySpan<byte> bytes) => GrainKey.Parse(Encode(bytes));
}
