using System.Reflection;

namespace Exchange.Benchmarks.Layouts;

/// <summary>The statements of the prototypes: several of a file, each behind a line that names it.</summary>
internal static class LayoutSql
{
    private const string Prefix = "Exchange.Benchmarks.Layouts.Sql.";
    private const string Marker = "-- statement: ";

    private static readonly Dictionary<string, string> Statements = Load();

    internal static string Of(string name) => Statements[name];

    private static Dictionary<string, string> Load()
    {
        var statements = new Dictionary<string, string>(StringComparer.Ordinal);
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var resource in assembly.GetManifestResourceNames()
            .Where(each => each.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var text = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var file = resource[Prefix.Length..^".sql".Length];
            foreach (var part in text.ReadToEnd().Split(Marker, StringSplitOptions.RemoveEmptyEntries))
            {
                var end = part.IndexOf('\n', StringComparison.Ordinal);
                statements.Add($"{file}.{part[..end].Trim()}", part[(end + 1)..]);
            }
        }

        return statements;
    }
}
