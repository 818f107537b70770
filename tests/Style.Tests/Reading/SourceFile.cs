namespace Exchange.Style.Tests.Reading;

/// <summary>A file as the checks see it: its path from the root, with slashes, and its text.</summary>
internal sealed class SourceFile(string path, string text)
{
    private CSharpText? _csharp;

    public string Path { get; } = path;

    public string Text { get; } = text;

    public string Name => System.IO.Path.GetFileName(Path);

    public string[] Lines => Text.Split('\n');

    /// <summary>The same text with comments, strings and code told apart.</summary>
    public CSharpText CSharp => _csharp ??= CSharpText.Read(Text);

    public bool IsUnder(params string[] folders) =>
        Array.Exists(folders, folder => Path.StartsWith(folder + "/", StringComparison.Ordinal));

    public int LineAt(int offset) => 1 + Text.AsSpan(0, offset).Count('\n');

    public Offender At(int offset, string problem) => new(Path, LineAt(offset), problem);

    /// <summary>Every place where the pattern stands in code: not in a comment, not inside a string.</summary>
    public IEnumerable<Offender> InCode(Regex pattern, string problem) =>
        pattern.Matches(CSharp.Code).Select(match => At(match.Index, $"{problem}: {match.Value.Trim()}"));
}
