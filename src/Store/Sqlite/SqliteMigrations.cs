using System.Security.Cryptography;
using System.Text;

namespace Exchange.Store.Sqlite;

/// <summary>
/// Brings a database to this program's schema: numbered scripts, each run once and in order, with its digest kept.
/// All in one transaction. A database that is newer, is another program's, or was made by other scripts is refused.
/// </summary>
internal static class SqliteMigrations
{
    internal const long ApplicationId = 0x45584348;

    /// <exception cref="StoreRefusedException">The database is not this program's, or not of this version.</exception>
    internal static void Apply(SqliteConnection connection, string path)
    {
        connection.Run("begin");
        try
        {
            RefuseStrangers(connection, path);
            connection.RunScript(SqlText.Sqlite.Of("set_application_id"));
            connection.RunScript(SqlText.Sqlite.Of("create_migrations"));
            var applied = Applied(connection);
            RefuseNewer(applied, path);
            foreach (var migration in SqlText.Sqlite.Migrations)
            {
                var sha256 = SHA256.HashData(Encoding.UTF8.GetBytes(migration.Text));
                if (applied.TryGetValue(migration.Number, out var kept))
                {
                    RefuseAltered(migration, expected: sha256, found: kept, path);
                    continue;
                }

                connection.RunScript(migration.Text);
                connection.Statement("insert_migration")
                    .Bind(1, migration.Number).BindText(2, migration.Name).Bind(3, sha256).Run();
            }

            connection.Run("commit");
        }
        finally
        {
            connection.RollBack();
        }
    }

    private static void RefuseStrangers(SqliteConnection connection, string path)
    {
        var found = connection.ReadNumberOrZero("read_application_id");
        if (found != ApplicationId && (found != 0 || connection.ReadNumberOrZero("count_tables") != 0))
        {
            throw new StoreRefusedException(
                $"{path} is a database of another program: expected application id {ApplicationId}, found {found}.");
        }
    }

    private static void RefuseNewer(Dictionary<long, byte[]> applied, string path)
    {
        var greatest = SqlText.Sqlite.Migrations[^1].Number;
        var found = applied.Keys.DefaultIfEmpty().Max();
        if (found > greatest)
        {
            throw new StoreRefusedException(
                $"{path} was written by a newer version of this program: "
                + $"expected schema {greatest} at most, found {found}.");
        }
    }

    private static void RefuseAltered(SqlText.Migration migration, byte[] expected, byte[] found, string path)
    {
        if (!expected.AsSpan().SequenceEqual(found))
        {
            throw new StoreRefusedException(
                $"{path} was made by another script {migration.Name}: "
                + $"expected {Convert.ToHexStringLower(expected)}, found {Convert.ToHexStringLower(found)}.");
        }
    }

    private static Dictionary<long, byte[]> Applied(SqliteConnection connection)
    {
        var applied = new Dictionary<long, byte[]>();
        var statement = connection.Statement("read_migrations");
        while (statement.Step())
        {
            applied.Add(statement.Number(0), statement.Bytes(2).ToArray());
        }

        return applied;
    }
}
