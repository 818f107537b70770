namespace Exchange.Style.Tests;

/// <summary>SQL stands in .sql files and takes its values as parameters only.</summary>
public sealed class SqlTests
{
    private static readonly Regex Statement = Pattern.Of(
        @"^\s*select\b.*\b(from|where)\b|^\s*with\s+(recursive\s+)?\w+\s+as\s*\(|\binsert\s+(or\s+\w+\s+)?into\b"
        + @"|\bupdate\s+\w+\s+set\b|\bdelete\s+from\b|\bcreate\s+(unique\s+)?(table|index|view|trigger|role|schema)\b"
        + @"|\b(alter|drop|truncate)\s+table\b|\bon\s+conflict\b|^\s*pragma\s+\w+",
        RegexOptions.IgnoreCase | RegexOptions.Singleline);

    private static readonly Regex BuiltCommand = Pattern.Of(
        @"\bCommandText\s*=\s*(\$|@\$|[^;]*\+)|\bnew\s+(Sqlite|Npgsql)(Batch)?Command\s*\(\s*@?\$"
        + @"|\bCreateCommand\s*\(\s*@?\$");

    [Fact]
    public void No_statement_stands_in_a_string() => Holds.In(Repository.CSharp("src"), Statements);

    [Fact]
    public void No_command_is_put_together_from_strings() => Holds.In(Repository.CSharp("src"), BuiltCommands);

    [Theory]
    [InlineData("var a =\n    \"select id from entry\";")]
    [InlineData("var a =\n    $\"SELECT {columns} FROM {table}\";")]
    [InlineData("var a =\n    \"insert or ignore into entry values (1)\";")]
    [InlineData("var a =\n    \"\"\"update entry set x = 1\"\"\";")]
    [InlineData("var a =\n    \"pragma journal_mode = wal\";")]
    public void A_statement_in_a_string_is_found(string code) =>
        Holds.Finds(Statements, "src/Store/A.cs", code, line: 2);

    [Theory]
    [InlineData("throw new X(\"Cannot update the head: expected 1, found 2.\");")]
    [InlineData("var a = \"Select a purpose.\"; // select id from entry")]
    public void Prose_is_no_statement(string code) => Holds.Accepts(Statements, "src/Store/A.cs", code);

    [Theory]
    [InlineData("x;\ncommand.CommandText = $\"{sql}\";")]
    [InlineData("x;\ncommand.CommandText = Sql.Read + table;")]
    [InlineData("x;\nusing var command = new SqliteCommand($\"{sql} {table}\");")]
    public void A_command_put_together_from_strings_is_found(string code) =>
        Holds.Finds(BuiltCommands, "src/Store/A.cs", code, line: 2);

    private static IEnumerable<Offender> Statements(SourceFile file) =>
        file.CSharp.Strings
            .Where(each => Statement.IsMatch(each.Text))
            .Select(each => file.At(each.Offset, $"belongs in a .sql file: {each.Text.Trim().Split('\n')[0]}"));

    private static IEnumerable<Offender> BuiltCommands(SourceFile file) =>
        file.InCode(BuiltCommand, "takes parameters only");
}
