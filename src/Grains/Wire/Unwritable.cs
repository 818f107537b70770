using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Exchange.Grains.Wire;

/// <summary>
/// Refuses to write what could not be read again: one such value in an entry would break its chain for ever. The edge
/// has checked all bounds before, so this is a caller's bug and no answer to a user.
/// </summary>
internal static class Unwritable
{
    /// <exception cref="ArgumentException">The value is outside the bounds of its type.</exception>
    internal static void Unless<T>(bool readable, Type type, T found)
    {
        if (!readable)
        {
            Refuse(type, $"{found}");
        }
    }

    /// <exception cref="ArgumentException">The text is too long, no Unicode, or has control characters.</exception>
    internal static void UnlessText(string text, int sizeBytesMax, bool prose)
    {
        if (text.Length <= sizeBytesMax && !text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return;
        }

        var size = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            size += rune.Utf8SequenceLength;
            if (Rune.IsControl(rune) && !(prose && rune.Value == '\n'))
            {
                Refuse(typeof(string), "a control character");
            }
        }

        if (size > sizeBytesMax)
        {
            Refuse(typeof(string), $"{size} bytes where at most {sizeBytesMax} may stand");
        }
    }

    // The value itself stays out of the message: it may be personal.
    [DoesNotReturn]
    private static void Refuse(Type type, string found) =>
        throw new ArgumentException($"Expected a {type.Name} within its bounds, found {found}.");
}
