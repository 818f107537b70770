namespace Exchange.Grains.Departments;

/// <summary>
/// The unified social credit code of GB 32100-2015: 17 characters and a check character over them. The letters I, O, S,
/// V and Z do not occur.
/// </summary>
public static class CreditCode
{
    public const int Length = 18;

    private const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    /// <summary>Whether a text is a code whose check character fits.</summary>
    public static bool IsValid(string? text) =>
        text is { Length: Length } && CheckOf(text.AsSpan(0, Length - 1)) is { } check && check == text[^1];

    /// <summary>The code that begins with seventeen characters.</summary>
    /// <exception cref="FormatException">They are not seventeen, or one of them is outside the alphabet.</exception>
    public static string Complete(string beginning) =>
        beginning.Length == Length - 1 && CheckOf(beginning) is { } check
            ? beginning + check
            : throw new FormatException($"'{beginning}' is not the beginning of a credit code.");

    // Weight of place i is 3^i mod 31; the check character makes the weighted sum a multiple of 31.
    private static char? CheckOf(ReadOnlySpan<char> beginning)
    {
        var sum = 0;
        var weight = 1;
        foreach (var letter in beginning)
        {
            var value = Alphabet.IndexOf(letter, StringComparison.Ordinal);
            if (value < 0)
            {
                return null;
            }

            sum += value * weight;
            weight = weight * 3 % Alphabet.Length;
        }

        return Alphabet[(Alphabet.Length - (sum % Alphabet.Length)) % Alphabet.Length];
    }
}
