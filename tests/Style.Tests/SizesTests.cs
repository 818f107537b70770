namespace Exchange.Style.Tests;

/// <summary>Limits hold from the first commit or never.</summary>
public sealed class SizesTests
{
    private const int CodeColumnsMax = 120;
    private const int ProseColumnsMax = 100;
    private const int FunctionLinesMax = 70;
    private const int FileLinesMax = 400;
    private const int GrainLinesMax = 40;

    [Fact]
    public void Lines_of_code_are_short() => Holds.In(Repository.Files(".cs", ".sh", ".sql"), LongLines);

    [Fact]
    public void Lines_of_prose_are_short() => Holds.In(Repository.Files(".md"), LongProse);

    [Fact]
    public void Functions_are_short() => Holds.In(Repository.CSharp(), LongFunctions);

    [Fact]
    public void Files_are_short() => Holds.In(Repository.Files(".cs", ".sh"), file => LongFile(file, FileLinesMax));

    [Fact]
    public void Grain_classes_only_forward() =>
        Holds.In(Repository.CSharp("src/Cluster").Where(IsGrainClass), file => LongFile(file, GrainLinesMax));

    [Fact]
    public void A_long_line_is_found() =>
        Holds.Finds(LongLines, "src/A.cs", "x\n" + new string('x', CodeColumnsMax + 1), line: 2);

    [Fact]
    public void Long_prose_is_found() =>
        Holds.Finds(LongProse, "docs/a.md", "x\n" + new string('x', ProseColumnsMax + 1), line: 2);

    [Theory]
    [InlineData("| {0} |")]
    [InlineData("See [this]({0}).")]
    [InlineData("```\n{0}\n```")]
    public void Tables_links_and_code_in_prose_may_be_long(string form) => Holds.Accepts(
        LongProse, "docs/a.md", form.Replace("{0}", new string('x', ProseColumnsMax), StringComparison.Ordinal));

    [Theory]
    [InlineData("class A\n{\n    void Go()\n    {", "    }\n}")]
    [InlineData("class A\n{\n    int Go(int x) =>\n        x", ";\n}")]
    public void A_long_function_is_found(string before, string after) => Holds.Finds(
        LongFunctions, "src/A.cs", before + Repeat('\n', FunctionLinesMax) + after, line: 3);

    [Fact]
    public void A_long_table_is_no_function() => Holds.Accepts(
        LongFunctions, "src/A.cs", $"class A\n{{\n    int[] rows =\n    [{Repeat('\n', FunctionLinesMax)}    ];\n}}");

    [Fact]
    public void A_long_file_is_found() => Holds.Finds(
        file => LongFile(file, FileLinesMax), "src/A.cs", Repeat('\n', FileLinesMax + 1), line: FileLinesMax + 1);

    [Fact]
    public void A_grain_class_is_told_from_its_interface()
    {
        Assert.True(IsGrainClass(new SourceFile("src/Cluster/LedgerGrain.cs", "")));
        Assert.False(IsGrainClass(new SourceFile("src/Cluster/ILedgerGrain.cs", "")));
    }

    private static IEnumerable<Offender> LongLines(SourceFile file) =>
        file.Lines.Index()
            .Where(line => line.Item.Length > CodeColumnsMax)
            .Select(line => TooLong(file, line.Index, line.Item, CodeColumnsMax));

    private static IEnumerable<Offender> LongProse(SourceFile file)
    {
        var inCode = false;
        foreach (var (index, line) in file.Lines.Index())
        {
            inCode ^= line.TrimStart().StartsWith("```", StringComparison.Ordinal);
            var mayBeLong = inCode || line.StartsWith('|')
                || line.Contains("](", StringComparison.Ordinal) || line.Contains("://", StringComparison.Ordinal);
            if (line.Length > ProseColumnsMax && !mayBeLong)
            {
                yield return TooLong(file, index, line, ProseColumnsMax);
            }
        }
    }

    private static Offender TooLong(SourceFile file, int index, string line, int max) =>
        new(file.Path, index + 1, $"expected at most {max} columns, found {line.Length}");

    private static IEnumerable<Offender> LongFunctions(SourceFile file) =>
        Declarations.Of(file)
            .Where(each => each.IsFunction && each.Lines > FunctionLinesMax)
            .Select(each => file.At(
                each.Offset, $"{each.Name}: expected at most {FunctionLinesMax} lines, found {each.Lines}"));

    private static IEnumerable<Offender> LongFile(SourceFile file, int max)
    {
        var lines = file.Text.Count(each => each == '\n');

        return lines <= max ? [] : [new Offender(file.Path, lines, $"expected at most {max} lines, found {lines}")];
    }

    private static bool IsGrainClass(SourceFile file) =>
        file.Name.EndsWith("Grain.cs", StringComparison.Ordinal) && !Pattern.Of("^I[A-Z]").IsMatch(file.Name);

    private static string Repeat(char each, int times) => new(each, times);
}
