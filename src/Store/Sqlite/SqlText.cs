using System.Collections.Frozen;
using System.Reflection;

namespace Exchange.Store.Sqlite;

/// <summary>
/// The embedded statements: one of a file in Sql, several of a table's file in Rows, each behind a line
/// <c>-- statement: name</c> and called <c>table.name</c>.
/// </summary>
internal static class SqlText
{
    private const string Prefix = "Exchange.Store.Sqlite.";
    private const string Marker = "-- statement: ";

    private static readonly FrozenDictionary<string, string> Statements = Load();

    /// <summary>The migrations in their order: number, name and text.</summary>
    internal static ImmutableArray<Migration> Migrations { get; } =
    [
        .. Resources("Migrations.")
            .Select(each => new Migration(
                int.Parse(each.Name.AsSpan(0, 4), System.Globalization.CultureInfo.InvariantCulture),
                each.Name, each.Text))
            .OrderBy(migration => migration.Number),
    ];

    internal static string Of(string name) => Statements[name];

    private static FrozenDictionary<string, string> Load()
    {
        var statements = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, text) in Resources("Sql."))
        {
            statements.Add(name, text);
        }

        foreach (var (table, text) in Resources("Rows."))
        {
            foreach (var part in text.Split(Marker, StringSplitOptions.RemoveEmptyEntries))
            {
                var end = part.IndexOf('\n', StringComparison.Ordinal);
                statements.Add($"{table}.{part[..end].Trim()}", part[(end + 1)..]);
            }
        }

        return statements.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static IEnumerable<(string Name, string Text)> Resources(string folder)
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var resource in assembly.GetManifestResourceNames())
        {
            if (resource.StartsWith(Prefix + folder, StringComparison.Ordinal))
            {
                using var text = new StreamReader(assembly.GetManifestResourceStream(resource)!);
                yield return (resource[(Prefix.Length + folder.Length)..^".sql".Length], text.ReadToEnd());
            }
        }
    }

    internal sealed record Migration(int Number, string Name, string Text);
}
