using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Exchange.Api.Parsing;

/// <summary>Which page of a list is asked for.</summary>
public sealed record ListQuery(RowCursor? After, int Limit)
{
    public const int LimitDefault = 50;
    public const int LimitMax = 1000;

    /// <summary>Sorts after every item of a chain: no key has this letter.</summary>
    internal const string AfterAllItems = "~";

    public static ValueTask<ListQuery?> BindAsync(HttpContext context)
    {
        var query = context.Request.Query;
        return ValueTask.FromResult<ListQuery?>(new(
            query.TryGetValue("cursor", out var cursor) ? ReadCursor(cursor) : null,
            query.TryGetValue("limit", out var limit) ? ReadLimit(limit) : LimitDefault));
    }

    internal static string Write(RowCursor cursor) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{cursor.Chain} {cursor.Item}"));

    private static RowCursor ReadCursor(string? text)
    {
        if (text is { Length: > 0 and <= 512 } && Base64Url.IsValid(text))
        {
            var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split(' ', 2);
            if (parts.Length == 2 && ChainId.TryParse(parts[0], out var chain) && parts[1].All(char.IsAscii))
            {
                return new(chain, parts[1]);
            }
        }

        throw new BadInputException(Fault.InputInvalid, new ProblemError("#cursor", "Expected a cursor of this list."));
    }

    private static int ReadLimit(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
        && limit is > 0 and <= LimitMax
            ? limit
            : throw new BadInputException(
                Fault.InputInvalid, new ProblemError("#limit", $"Expected a number from 1 to {LimitMax}."));
}
