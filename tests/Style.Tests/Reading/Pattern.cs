namespace Exchange.Style.Tests.Reading;

/// <summary>Regular expressions for the checks: only named groups capture, and no text can stall them.</summary>
internal static class Pattern
{
    public static Regex Of(string pattern, RegexOptions options = RegexOptions.None) =>
        new(pattern, options | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));
}
