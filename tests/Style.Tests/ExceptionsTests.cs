namespace Exchange.Style.Tests;

/// <summary>Exceptions mean a bug or a broken outside world: nobody catches all, nobody hides one.</summary>
public sealed class ExceptionsTests
{
    private static readonly string[] EntryPoints = ["src/Silo/Program.cs", "src/Verify/Program.cs"];

    private static readonly Regex CatchesAll = Pattern.Of(
        @"\bcatch\b(?!\s*\()|\bcatch\s*\(\s*(System\.)?Exception\b(?!" + NamesItsKinds + ")");

    /// <summary>How C# catches one of several types: a filter that is nothing but the list of them.</summary>
    private const string NamesItsKinds =
        @"\s+(?<name>\w+)\s*\)\s*when\s*\(\s*\k<name>\s+is\s+" + Kind + @"(\s+or\s+" + Kind + @")*\s*\)";

    private const string Kind = @"(?!not\b|var\b|object\b|null\b|(System\.)?Exception\b)\w[\w.]*";

    private static readonly Regex EmptyCatch = Pattern.Of(
        @"\bcatch\b\s*(\([^()]*\)\s*)?(when\s*\([^{]*\)\s*)?\{(?<body>\s*)\}");

    [Fact]
    public void Only_boundaries_catch_every_exception() =>
        Holds.In(Repository.CSharp("src", "bench"), CatchesEverything);

    [Fact]
    public void No_catch_is_empty_without_a_reason() => Holds.In(Repository.CSharp(), HidesExceptions);

    [Theory]
    [InlineData("try { }\ncatch (Exception e) { throw; }")]
    [InlineData("try { }\ncatch (System.Exception) when (x) { throw; }")]
    [InlineData("try { }\ncatch { throw; }")]
    [InlineData("try { }\ncatch (Exception e) when (e is not IOException) { P(e); }")]
    [InlineData("try { }\ncatch (Exception e) when (e is IOException or Exception) { P(e); }")]
    [InlineData("try { }\ncatch (Exception e) when (e is IOException || x) { P(e); }")]
    public void A_catch_of_everything_is_found(string code) =>
        Holds.Finds(CatchesEverything, "src/Engine/A.cs", code, line: 2);

    [Theory]
    [InlineData("src/Silo/Program.cs", "catch (Exception e) { Report(e); }")]
    [InlineData("src/Engine/A.cs", "// Boundary: it is parked, whatever it threw.\ncatch (Exception e) { P(e); }")]
    [InlineData("src/Engine/A.cs", "catch (Exception e) // Boundary: the pump answers whoever waits.\n{ P(e); }")]
    [InlineData("src/Engine/A.cs", "catch (TimeoutException) { Retry(); }")]
    [InlineData("src/Engine/A.cs", "catch (Exception e) when (e is IOException or Net.SocketException) { P(e); }")]
    public void A_boundary_that_says_why_is_accepted(string path, string code) =>
        Holds.Accepts(CatchesEverything, path, code);

    [Theory]
    [InlineData("try { }\ncatch { }")]
    [InlineData("try { }\ncatch (IOException)\n{\n}")]
    [InlineData("try { }\ncatch (IOException e) when (e.HResult == 1) { }")]
    public void An_empty_catch_is_found(string code) => Holds.Finds(HidesExceptions, "src/A.cs", code, line: 2);

    [Fact]
    public void An_empty_catch_that_gives_its_reason_is_accepted() => Holds.Accepts(
        HidesExceptions, "src/A.cs", "catch (OperationCanceledException)\n{\n    // The host stops.\n}");

    private static IEnumerable<Offender> CatchesEverything(SourceFile file) =>
        EntryPoints.Contains(file.Path, StringComparer.Ordinal)
            ? []
            : file.InCode(CatchesAll, "catches everything").Where(found => !IsBoundary(file.Lines, found.Line));

    private static bool IsBoundary(string[] lines, int line) =>
        lines[Math.Max(line - 2, 0)..line].Any(each => each.Contains("// Boundary: ", StringComparison.Ordinal));

    /// <summary>A comment in the body counts as its reason; in code it is blank, so the text is asked.</summary>
    private static IEnumerable<Offender> HidesExceptions(SourceFile file) =>
        EmptyCatch.Matches(file.CSharp.Code)
            .Where(match => match.Groups["body"] is var body
                && string.IsNullOrWhiteSpace(file.Text.Substring(body.Index, body.Length)))
            .Select(match => file.At(match.Index, "an exception disappears here"));
}
