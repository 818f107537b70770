namespace Exchange.Style.Tests;

/// <summary>Files are plain text, finished, and silence no warning without saying why.</summary>
public sealed class TextTests
{
    private const string Unfinished = "TO" + "DO";

    private static readonly Regex SilencedInCode = Pattern.Of(
        @"^[ \t]*#pragma\s+warning\s+disable\b", RegexOptions.Multiline);

    private static readonly Regex SilencedInProject = Pattern.Of(@"<NoWarn\b");

    [Fact]
    public void Files_have_no_byte_order_mark_and_unix_line_ends()
    {
        var paths = Directory.EnumerateFiles(Repository.Root, "*", SearchOption.TopDirectoryOnly)
            .Select(path => Path.GetRelativePath(Repository.Root, path))
            .Where(path => !path.EndsWith(".sln", StringComparison.Ordinal)) // The SDK writes its mark anew.
            .Concat(Repository.Files(".cs", ".csproj", ".props", ".md", ".sh", ".sql", ".json", ".txt")
                .Select(file => file.Path))
            .Distinct(StringComparer.Ordinal);

        Holds.Nothing(paths.SelectMany(path =>
            BadBytes(path, File.ReadAllBytes(Path.Combine(Repository.Root, path)))));
    }

    [Fact]
    public void Nothing_is_left_to_be_done_later() => Holds.In(
        Repository.Files(".cs", ".csproj", ".props", ".md", ".sh", ".sql", ".yml", ".yaml"), Promises);

    [Fact]
    public void Code_is_not_hidden_in_regions() => Holds.In(Repository.CSharp(), Regions);

    [Fact]
    public void A_silenced_warning_says_why() =>
        Holds.In(Repository.Files(".cs", ".csproj", ".props", ".targets"), SilencedWithoutReason);

    [Fact]
    public void A_byte_order_mark_and_a_carriage_return_are_found()
    {
        Assert.Single(BadBytes("a.cs", [0xEF, 0xBB, 0xBF, (byte)'x']));
        Assert.Single(BadBytes("a.cs", "x\r\n"u8.ToArray()));
        Assert.Empty(BadBytes("a.cs", "x\n"u8.ToArray()));
    }

    [Fact]
    public void A_promise_is_found() => Holds.Finds(Promises, "src/A.cs", $"x;\n// {Unfinished}: more", line: 2);

    [Fact]
    public void A_region_is_found() => Holds.Finds(Regions, "src/A.cs", "x;\n  #region Fields", line: 2);

    [Theory]
    [InlineData("src/A.csproj", "<Project>\n<NoWarn>CA1000</NoWarn>")]
    [InlineData("src/A.cs", "x;\n#pragma warning disable CA1000")]
    public void A_warning_silenced_without_reason_is_found(string path, string text) =>
        Holds.Finds(SilencedWithoutReason, path, text, line: 2);

    [Theory]
    [InlineData("src/A.csproj", "<!-- Until the analyzer knows C# 14. -->\n<NoWarn>CA1000</NoWarn>")]
    [InlineData("src/A.cs", "// The bytes are public.\n#pragma warning disable CA1000")]
    [InlineData("src/A.cs", "#pragma warning disable CA1000 // The bytes are public.")]
    public void A_warning_silenced_with_a_reason_is_accepted(string path, string text) =>
        Holds.Accepts(SilencedWithoutReason, path, text);

    private static IEnumerable<Offender> BadBytes(string path, byte[] bytes)
    {
        if (bytes.AsSpan().StartsWith("\uFEFF"u8))
        {
            yield return new Offender(path, 1, "starts with a byte order mark");
        }

        if (Array.IndexOf(bytes, (byte)'\r') is var at && at >= 0)
        {
            yield return new Offender(path, 1 + bytes.AsSpan(0, at).Count((byte)'\n'), "has a carriage return");
        }
    }

    private static IEnumerable<Offender> Promises(SourceFile file) =>
        Pattern.Of($@"\b({Unfinished}|FIX{"ME"}|HA{"CK"})\b").Matches(file.Text)
            .Select(match => file.At(match.Index, $"{match.Value}: finish it or file it"));

    private static IEnumerable<Offender> Regions(SourceFile file) =>
        Pattern.Of(@"^[ \t]*#region\b", RegexOptions.Multiline).Matches(file.Text)
            .Select(match => file.At(match.Index + match.Length, "split the file instead"));

    private static IEnumerable<Offender> SilencedWithoutReason(SourceFile file) =>
        (file.Path.EndsWith(".cs", StringComparison.Ordinal) ? SilencedInCode : SilencedInProject).Matches(file.Text)
            .Select(match => file.At(match.Index + match.Length, "say why, and until when"))
            .Where(found => !SaysWhy(file.Lines, found.Line - 1));

    private static bool SaysWhy(string[] lines, int at) =>
        lines[at].Contains("//", StringComparison.Ordinal)
        || lines[at].Contains("<!--", StringComparison.Ordinal)
        || (at > 0 && (lines[at - 1].TrimStart().StartsWith("//", StringComparison.Ordinal)
            || lines[at - 1].TrimEnd().EndsWith("-->", StringComparison.Ordinal)));
}
