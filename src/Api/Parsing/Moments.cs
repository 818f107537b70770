using System.Globalization;
using System.Text.RegularExpressions;

namespace Exchange.Api.Parsing;

/// <summary>Times as RFC 3339 has them: with an offset when they come, in UTC with milliseconds when they go.</summary>
internal static partial class Moments
{
    private static readonly string[] Forms =
    [
        "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.fzzz", "yyyy-MM-dd'T'HH:mm:ss.ffzzz",
        "yyyy-MM-dd'T'HH:mm:ss.fffzzz",
    ];

    /// <summary>Reads a time; finer than a millisecond is no time of ours.</summary>
    internal static bool TryParse(string? text, out UnixMilliseconds time)
    {
        time = default;
        if (text is null || !Rfc3339().IsMatch(text))
        {
            return false;
        }

        var withOffset = text.EndsWith('Z') ? string.Concat(text.AsSpan(0, text.Length - 1), "+00:00") : text;
        if (!DateTimeOffset.TryParseExact(
            withOffset, Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed)
            || parsed.ToUnixTimeMilliseconds() < 0)
        {
            return false;
        }

        time = new(parsed.ToUnixTimeMilliseconds());
        return true;
    }

    [GeneratedRegex(
        @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?(Z|[+-]\d\d:\d\d)\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Rfc3339();
}
