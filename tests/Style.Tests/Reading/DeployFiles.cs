using YamlDotNet.RepresentationModel;

namespace Exchange.Style.Tests.Reading;

/// <summary>What stands under <c>deploy</c>, and how its YAML is read.</summary>
internal static class DeployFiles
{
    // Units and their settings have endings that no other check reads.
    public static IReadOnlyList<SourceFile> All { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "deploy"), "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
            .Select(path => new SourceFile(path, Repository.Text(path))),
    ];

    public static SourceFile Of(string path) => All.Single(file => file.Path == path);

    /// <summary>The documents of a file.</summary>
    public static IEnumerable<YamlNode> Read(SourceFile file)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(file.Text));
        return stream.Documents.Select(document => document.RootNode);
    }

    /// <summary>What stands at the end of a path of keys, through merged mappings; nothing where it does not.</summary>
    public static YamlNode? Find(this YamlNode node, params ReadOnlySpan<string> path)
    {
        if (path.IsEmpty)
        {
            return node;
        }

        if (node is not YamlMappingNode mapping)
        {
            return null;
        }

        return mapping.Children.TryGetValue(path[0], out var inner) ? Find(inner, path[1..])
            : mapping.Children.TryGetValue("<<", out var merged) ? Find(merged, path)
            : null;
    }

    /// <summary>The text at the end of a path of keys; empty where there is none.</summary>
    public static string TextAt(this YamlNode node, params ReadOnlySpan<string> path) =>
        Find(node, path)?.ToString() ?? "";

    /// <summary>The items of the list at the end of a path of keys; none where there is no list.</summary>
    public static IEnumerable<YamlNode> Items(this YamlNode node, params ReadOnlySpan<string> path) =>
        Find(node, path) as YamlSequenceNode ?? Enumerable.Empty<YamlNode>();
}
