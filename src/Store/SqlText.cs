using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;

namespace Exchange.Store;

/// <summary>
/// The embedded statements of one database: one of a file in Sql, several of a table's file in Rows, each behind a line
/// <c>-- statement: name</c> and called <c>table.name</c>.
/// </summary>
internal sealed class SqlText
{
    private const string Marker = "-- statement: ";

    private readonly FrozenDictionary<string, string> _statements;

    private SqlText(string database)
    {
        var prefix = $"Exchange.Store.{database}.";
        _statements = Load(prefix);
        Migrations =
        [
            .. Resources(prefix + "Migrations.")
                .Select(each => new Migration(
                    int.Parse(each.Name.AsSpan(0, 4), CultureInfo.InvariantCulture), each.Name, each.Text))
                .OrderBy(migration => migration.Number),
        ];
    }

    internal static SqlText Sqlite { get; } = new("Sqlite");

    internal static SqlText Postgres { get; } = new("Postgres");

    /// <summary>The script that makes PostgreSQL's roles, which an operator runs as well.</summary>
    internal static string Roles { get; } = Read("Exchange.Store.Postgres.roles");

    /// <summary>The migrations in their order: number, name and text.</summary>
    internal ImmutableArray<Migration> Migrations { get; }

    internal string Of(string name) => _statements[name];

    private static FrozenDictionary<string, string> Load(string prefix)
    {
        var statements = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, text) in Resources(prefix + "Sql."))
        {
            statements.Add(name, text);
        }

        foreach (var (table, text) in Resources(prefix + "Rows."))
        {
            foreach (var part in text.Split(Marker, StringSplitOptions.RemoveEmptyEntries))
            {
                var end = part.IndexOf('\n', StringComparison.Ordinal);
                statements.Add($"{table}.{part[..end].Trim()}", part[(end + 1)..]);
            }
        }

        return statements.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static IEnumerable<(string Name, string Text)> Resources(string prefix)
    {
        foreach (var resource in Assembly.GetExecutingAssembly().GetManifestResourceNames())
        {
            if (resource.StartsWith(prefix, StringComparison.Ordinal))
            {
                var name = resource[..^".sql".Length];
                yield return (name[prefix.Length..], Read(name));
            }
        }
    }

    private static string Read(string name)
    {
        using var text = new StreamReader(
            Assembly.GetExecutingAssembly().GetManifestResourceStream(name + ".sql")!);
        return text.ReadToEnd();
    }

    /// <param name="Text">Its first line may say <c>-- needs: NUMBER</c>.</param>
    internal sealed record Migration(int Number, string Name, string Text)
    {
        private const string NeedsMarker = "-- needs: ";

        /// <summary>
        /// The script that a program must know at least to work on the tables after this one: this one itself, or an
        /// earlier one where the script says so.
        /// </summary>
        internal int Needs { get; } = NeedsOf(Number, Text);

        private static int NeedsOf(int number, ReadOnlySpan<char> text)
        {
            if (!text.StartsWith(NeedsMarker))
            {
                return number;
            }

            var needs = text[NeedsMarker.Length..];
            return int.Parse(needs[..needs.IndexOf('\n')], CultureInfo.InvariantCulture);
        }
    }
}
