namespace Exchange.Style.Tests.Reading;

/// <summary>The files of this repository, as they stand on disk, without what builds leave behind.</summary>
internal static class Repository
{
    private static readonly string[] Generated = ["bin", "obj", "TestResults", "artifacts", "node_modules", "data"];

    public static string Root { get; } = FindRoot();

    private static readonly Lazy<IReadOnlyList<SourceFile>> All = new(() =>
        [.. Paths(Root).Select(path => new SourceFile(Relative(path), File.ReadAllText(path)))]);

    public static IEnumerable<SourceFile> Files(params string[] extensions) =>
        All.Value.Where(file => extensions.Contains(Path.GetExtension(file.Path), StringComparer.Ordinal));

    public static IEnumerable<SourceFile> CSharp(params string[] folders) =>
        Files(".cs").Where(file => folders.Length == 0 || file.IsUnder(folders));

    public static string Text(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static bool Has(string path) => Path.Exists(Path.Combine(Root, path));

    /// <summary>Whether a build makes what this path names, so that it stands in no fresh clone.</summary>
    public static bool IsBuilt(string path) => path.Split('/').Contains("bin");

    private static string FindRoot()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "Exchange.sln")))
        {
            at = at.Parent;
        }

        return at?.FullName ?? throw new InvalidOperationException("Exchange.sln stands in no folder above the tests.");
    }

    private static IEnumerable<string> Paths(string folder)
    {
        var inside = Directory.EnumerateDirectories(folder)
            .Where(path => Path.GetFileName(path) is var name && !Generated.Contains(name) && name != ".git")
            .SelectMany(Paths);

        return Directory.EnumerateFiles(folder).Where(IsText).Concat(inside);
    }

    private static bool IsText(string path) => Path.GetExtension(path)
        is ".cs" or ".csproj" or ".props" or ".targets" or ".sln" or ".md" or ".sh" or ".sql" or ".yml" or ".yaml"
        or ".txt" or ".json" or ".cshtml" or ".css" or ".js" or ".editorconfig" or ".gitattributes" or ".gitignore"
        || Path.GetFileName(path) is "run" or "Containerfile" or "LICENSE";

    private static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');
}
