namespace Exchange.Grains.Values;

internal static class AsciiLetters
{
    internal static bool ContainsOnlyAsciiLetters(this ReadOnlySpan<char> text)
    {
        foreach (var letter in text)
        {
            if (!char.IsAsciiLetter(letter))
            {
                return false;
            }
        }

        return true;
    }
}
