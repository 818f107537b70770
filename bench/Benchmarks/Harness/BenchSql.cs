using System.Reflection;

namespace Exchange.Benchmarks.Harness;

/// <summary>
/// The statements of a benchmark: one of a file, or several, each behind a line <c>-- statement: name</c> and called
/// <c>file.name</c>.
/// </summary>
internal sealed class BenchSql
{
    private const string Marker = "-- statement: ";

    private readonly Dictionary<string, string> _statements = new(StringComparer.Ordinal);

    private BenchSql(string folder)
    {
        var prefix = $"Exchange.Benchmarks.{folder}.Sql.";
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var resource in assembly.GetManifestResourceNames()
            .Where(each => each.StartsWith(prefix, StringComparison.Ordinal)))
        {
            using var text = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            Add(Path.GetFileNameWithoutExtension(resource[prefix.Length..]), text.ReadToEnd());
        }
    }

    internal static BenchSql Layouts { get; } = new("Layouts");

    internal static BenchSql Append { get; } = new("Append");

    internal string Of(string name) => _statements[name];

    private void Add(string file, string text)
    {
        if (!text.StartsWith(Marker, StringComparison.Ordinal))
        {
            _statements.Add(file, text);
            return;
        }

        foreach (var part in text.Split(Marker, StringSplitOptions.RemoveEmptyEntries))
        {
            var end = part.IndexOf('\n', StringComparison.Ordinal);
            _statements.Add($"{file}.{part[..end].Trim()}", part[(end + 1)..]);
        }
    }
}
