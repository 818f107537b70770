namespace Exchange.Style.Tests;

/// <summary>Documents name files that exist, and comments say more than the name beside them.</summary>
public sealed class DocumentsTests
{
    private static readonly Regex Quoted = Pattern.Of(@"`(?<path>[^`\s]+)`|\]\((?<path>[^)\s#]+)(#[^)]*)?\)");

    private static readonly Regex CommandWord = Pattern.Of(@"(?<=\s|^)(?<path>\.?\w[\w.-]*(/[\w.-]+)+)(?=\s|$)");

    private static readonly Regex PathShape = Pattern.Of(
        @"^(\./)?((src|tests|docs|bench|deploy|\.ci)(/|$)|\.\./"
        + @"|[\w.-]+\.(md|sln|props|json|editorconfig|txt|cs|csproj)$)");

    private static readonly Regex Summary = Pattern.Of(
        @"<summary>(?<text>.*?)</summary>(?<between>.*?)\n(?!\s*(///|\[))(?<header>[^\n]*)", RegexOptions.Singleline);

    [Fact]
    public void Documents_name_files_that_exist() =>
        Holds.In(Repository.Files(".md"), file => DeadPaths(file, path => Exists(file, path)));

    [Fact]
    public void Comments_do_not_repeat_the_name() => Holds.In(Repository.CSharp("src"), EmptySummaries);

    [Fact]
    public void Every_port_is_a_documented_promise() =>
        Holds.In(Repository.CSharp("src/Engine/Ports"), UndocumentedPorts);

    [Theory]
    [InlineData("x\nSee `src/Gone/Gone.cs`.")]
    [InlineData("x\nSee [it](docs/gone.md#part).")]
    [InlineData("x\nSee `gone.md`.")]
    [InlineData("```bash\ndotnet run --project src/Gone -- demo\n```")]
    [InlineData("x\nSee `tests/Gone/data/gone`.")]
    public void A_path_that_does_not_exist_is_found(string text) =>
        Holds.Finds(file => DeadPaths(file, _ => false), "README.md", text, line: 2);

    [Theory]
    [InlineData("`Exchange.Ledger`, `src/*/Log.cs`, `https://example.org/src/x`, `kind/key`")]
    [InlineData("[site](https://example.org/a.md)")]
    [InlineData("```text\nsrc/Gone\n```")]
    [InlineData("```bash\nrun --program src/Gone/bin/Release/gone\n```")]
    public void What_is_no_path_is_left_alone(string text) =>
        Holds.Accepts(file => DeadPaths(file, _ => false), "README.md", text);

    [Theory]
    [InlineData("\n/// <summary>Gets the chain head.</summary>\npublic ChainHead ChainHead { get; }")]
    [InlineData("\n/// <summary>\n/// Appends an entry.\n/// </summary>\n[Pure]\npublic void AppendEntry(int x);")]
    public void A_comment_that_repeats_the_name_is_found(string text) =>
        Holds.Finds(EmptySummaries, "src/A.cs", text, line: 2);

    [Fact]
    public void A_comment_that_says_more_is_accepted() => Holds.Accepts(
        EmptySummaries,
        "src/A.cs",
        "/// <summary>Index and hash of the last entry.</summary>\npublic ChainHead Head { get; }");

    [Fact]
    public void An_undocumented_port_is_found() => Holds.Finds(
        UndocumentedPorts,
        "src/Engine/Ports/IStore.cs",
        "/// <summary>Keeps.</summary>\npublic interface IStore\n{\n    void Append(int x);\n}",
        line: 4);

    /// <summary>Quoted paths and links in prose; words of commands in blocks marked as bash.</summary>
    private static IEnumerable<Offender> DeadPaths(SourceFile file, Func<string, bool> exists)
    {
        var block = "";
        foreach (var (index, line) in file.Lines.Index())
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                block = block.Length == 0 ? line : "";
                continue;
            }

            var pattern = block.Length == 0 ? Quoted : CommandWord;
            var paths = block.Length == 0 || block == "```bash" ? pattern.Matches(line) : Enumerable.Empty<Match>();
            foreach (var path in paths.Select(match => match.Groups["path"].Value))
            {
                if (IsPath(path) && !Repository.IsBuilt(path) && !exists(path))
                {
                    yield return new Offender(file.Path, index + 1, $"{path} does not exist");
                }
            }
        }
    }

    private static bool IsPath(string word) =>
        PathShape.IsMatch(word) && word.IndexOfAny(['*', '<', '{', '…', ':']) < 0;

    private static bool Exists(SourceFile file, string path) =>
        Repository.Has(path) || Repository.Has(Path.Combine(Path.GetDirectoryName(file.Path) ?? "", path));

    private static IEnumerable<Offender> EmptySummaries(SourceFile file) =>
        from match in Summary.Matches(file.Text)
        let header = match.Groups["header"].Value
        let name = new Declaration("", Pattern.Of(@"\s*(=|\{|;).*$").Replace(header, "").Trim(), "", 0, 1, null).Name
        let said = Words(match.Groups["text"].Value)
        where said.Count > 0 && said.SetEquals(Words(Pattern.Of("(?<=[a-z0-9])(?=[A-Z])").Replace(name, " ")))
        select file.At(match.Index, $"the summary of {name} repeats its name");

    /// <summary>The words that carry meaning, without endings, so that "Appends an entry" is "AppendEntry".</summary>
    private static HashSet<string> Words(string text) =>
        [.. Pattern.Of("[A-Za-z0-9]+").Matches(text).Select(match => match.Value.ToUpperInvariant())
            .Where(word => word is not ("A" or "AN" or "THE" or "OF" or "GETS" or "SETS" or "OR" or "THIS"))
            .Select(word => word.TrimEnd('S'))];

    private static IEnumerable<Offender> UndocumentedPorts(SourceFile file) =>
        Declarations.Of(file)
            .Where(each => each.Kind == "interface" || each.Container?.Kind == "interface")
            .Where(each => !IsDocumented(file, each))
            .Select(each => file.At(each.Offset, $"{each.Name} promises nothing: it has no doc comment"));

    private static bool IsDocumented(SourceFile file, Declaration declaration)
    {
        var above = file.Lines.Take(file.LineAt(declaration.Offset) - 1).Reverse()
            .FirstOrDefault(line => !line.TrimStart().StartsWith('['));

        return above?.TrimStart().StartsWith("///", StringComparison.Ordinal) ?? false;
    }
}
