namespace Exchange.Store.Postgres;

/// <summary>
/// A key of <c>[a-z0-9-]</c> in two thirds of its bytes and in the same order: each three characters are one number of
/// two bytes, big endian, in base 38; digit 0 stands after the end.
/// </summary>
internal static class PackedKey
{
    private const int Base = 38;
    private const int Characters = 3;
    private const string Alphabet = "\0-0123456789abcdefghijklmnopqrstuvwxyz";

    /// <summary>How many bytes a text of this length takes.</summary>
    internal static int SizeOf(int length) => 2 * ((length + Characters - 1) / Characters);

    /// <summary>Packs a text into exactly its size.</summary>
    /// <exception cref="ArgumentException">A character is none of a key.</exception>
    internal static void Write(ReadOnlySpan<char> text, Span<byte> target)
    {
        var at = 0;
        for (var i = 0; i < text.Length; i += Characters)
        {
            var number = Digit(text[i]) * Base;
            number = (number + (i + 1 < text.Length ? Digit(text[i + 1]) : 0)) * Base;
            number += i + 2 < text.Length ? Digit(text[i + 2]) : 0;
            target[at++] = (byte)(number >> 8);
            target[at++] = unchecked((byte)number);
        }
    }

    internal static byte[] Of(string text)
    {
        var packed = new byte[SizeOf(text.Length)];
        Write(text, packed);
        return packed;
    }

    /// <summary>The packed text; nothing where it is not of a key's characters, so that no row has it.</summary>
    internal static byte[]? TryOf(string text) => text.All(character => DigitOf(character) > 0) ? Of(text) : null;

    /// <summary>
    /// Where a list goes on after any text: packed keys are greater than this exactly where the keys are greater than
    /// the text.
    /// </summary>
    internal static byte[] After(string text)
    {
        var valid = 0;
        while (valid < text.Length && DigitOf(text[valid]) > 0)
        {
            valid++;
        }

        if (valid == text.Length || valid >= GrainKey.LengthMax)
        {
            return Of(text[..Math.Min(valid, GrainKey.LengthMax)]);
        }

        // No key has this character: it goes on after all that begin with the greatest character below it.
        var below = Alphabet.Count(character => character < text[valid]) - 1;
        var bound = new string('z', GrainKey.LengthMax).ToCharArray();
        text.AsSpan(0, valid).CopyTo(bound);
        bound[valid] = Alphabet[below];
        return below == 0 ? Of(text[..valid]) : Of(new string(bound));
    }

    /// <summary>The text of packed bytes.</summary>
    /// <exception cref="CanonicalFormatException">The bytes are no packed text.</exception>
    internal static string Read(ReadOnlySpan<byte> packed)
    {
        Span<char> text = stackalloc char[packed.Length / 2 * Characters];
        for (var i = 0; i + 1 < packed.Length; i += 2)
        {
            var number = (packed[i] << 8) | packed[i + 1];
            var at = i / 2 * Characters;
            if (number >= Base * Base * Base)
            {
                throw new CanonicalFormatException($"The packed key has the number {number}", i);
            }

            text[at] = Alphabet[number / (Base * Base)];
            text[at + 1] = Alphabet[number / Base % Base];
            text[at + 2] = Alphabet[number % Base];
        }

        var read = text.TrimEnd('\0');
        return packed.Length % 2 == 0 && SizeOf(read.Length) == packed.Length && !read.Contains('\0')
            ? read.ToString()
            : throw new CanonicalFormatException("The packed key is not canonical", 0);
    }

    private static int Digit(char character) => DigitOf(character) is > 0 and var digit
        ? digit
        : throw new ArgumentException($"'{character}' is no character of a key.", nameof(character));

    private static int DigitOf(char character) => character switch
    {
        '-' => 1,
        >= '0' and <= '9' => character - '0' + 2,
        >= 'a' and <= 'z' => character - 'a' + 12,
        _ => -1,
    };
}
