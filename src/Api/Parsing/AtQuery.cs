using System.Globalization;

namespace Exchange.Api.Parsing;

/// <summary>As of when a resource is asked for; now, where nothing is said.</summary>
public sealed record AtQuery(ReplayPoint? Point)
{
    public static ValueTask<AtQuery?> BindAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (query.ContainsKey("known"))
        {
            throw new BadInputException(
                Fault.InputInvalid, new ProblemError("#known", "Reserved: what was known at a moment comes later."));
        }

        return ValueTask.FromResult<AtQuery?>(new(query.TryGetValue("at", out var at) ? ReadPoint(at) : null));
    }

    private static ReplayPoint ReadPoint(string? text)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            return new ReplayPoint.AtIndex(new EntryIndex(index));
        }

        // A plus sign that was not escaped arrives as a space.
        return Moments.TryParse(text?.Replace(' ', '+'), out var time)
            ? new ReplayPoint.AtTime(time)
            : throw new BadInputException(
                Fault.InputInvalid,
                new ProblemError("#at", "Expected a time as RFC 3339 with an offset, or an index."));
    }
}
