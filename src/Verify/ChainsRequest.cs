using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Exchange.Grains;
using Exchange.Ledger;

namespace Exchange.Verify;

// family: what the program is asked

/// <summary>What <c>exchange-verify chains</c> is asked.</summary>
/// <param name="File">The path of the chain file.</param>
/// <param name="Receipts">The paths of kept receipts.</param>
/// <param name="Audit">Whether deliveries are judged.</param>
/// <param name="Replay">The grain to show, if one is asked for.</param>
/// <param name="Json">Whether the summary is one line of JSON.</param>
public sealed record ChainsRequest(
    string File, IReadOnlyList<string> Receipts, bool Audit, ReplayRequest? Replay, bool Json);

/// <summary>Which grain to show, and through where: one of the two bounds is set.</summary>
public sealed record ReplayRequest(ChainId Grain, UnixMilliseconds? Time, EntryIndex? Index)
{
    private static readonly string[] Formats =
        ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    public static bool TryParse(string? at, string? grain, [NotNullWhen(true)] out ReplayRequest? request)
    {
        request = null;
        if (!ChainId.TryParse(grain, out var chain) || GrainCatalog.Find(chain.Kind) is null)
        {
            return false;
        }

        if (long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            request = new(chain, Time: null, new(index));
            return true;
        }

        if (!TryParseTime(at, out var time))
        {
            return false;
        }

        request = new(chain, time, Index: null);
        return true;
    }

    /// <summary>Reads RFC 3339 with an offset; parts of a millisecond are cut off.</summary>
    public static bool TryParseTime(string? text, out UnixMilliseconds time)
    {
        time = default;
        var zoned = text is { Length: > 6 } && (text[^1] == 'Z' || text[^6] is '+' or '-');
        if (!zoned || !DateTimeOffset.TryParseExact(
            text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment)
            || moment.ToUnixTimeMilliseconds() < 0)
        {
            return false;
        }

        time = new(moment.ToUnixTimeMilliseconds());
        return true;
    }
}
