using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Exchange.Store.Postgres;

/// <summary>
/// Brings a database to this program's schema: numbered scripts, each run once and in order, with its digest kept, all
/// in one transaction under a lock that nodes share. A database that is newer or was made by other scripts is refused.
/// </summary>
internal static class PostgresMigrations
{
    /// <summary>Where all tables are.</summary>
    internal const string Schema = "exchange";

    /// <summary>Applies as the owner what is missing.</summary>
    /// <exception cref="StoreRefusedException">The database is not of this version.</exception>
    internal static void Apply(string ownerConnection, ILogger log)
    {
        using var connection = Open(ownerConnection);
        using var transaction = connection.BeginTransaction();
        Run(connection, "lock_migrations");
        Run(connection, "create_migrations");
        var applied = Read(connection);
        Refuse(applied);
        foreach (var migration in SqlText.Postgres.Migrations)
        {
            if (!applied.ContainsKey(migration.Number))
            {
                Apply(connection, migration);
                Log.Migrated(log, migration.Name);
            }
        }

        transaction.Commit();
    }

    /// <summary>Looks as a node whether nothing is missing.</summary>
    /// <exception cref="StoreRefusedException">The database is not of this version.</exception>
    internal static void Check(string nodeConnection)
    {
        using var connection = Open(nodeConnection);
        using var find = new NpgsqlCommand(SqlText.Postgres.Of("has_migrations"), connection);
        var applied = (bool)find.ExecuteScalar()! ? Read(connection) : [];
        Refuse(applied);
        var expected = SqlText.Postgres.Migrations[^1].Number;
        var found = applied.Keys.DefaultIfEmpty().Max();
        if (found != expected)
        {
            throw new StoreRefusedException(
                $"The database's tables are of an older version: expected schema {expected}, found {found}. Start "
                + $"once with the owner's connection in {PostgresOptions.OwnerVariable}.");
        }
    }

    private static NpgsqlConnection Open(string connectionString)
    {
        // Scripts may build indexes, which takes as long as it takes.
        var builder = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Pooling = false,
            CommandTimeout = 0,
        };
        builder.Options = string.Join(' ', builder.Options, $"-c search_path={Schema}").Trim();
        var connection = new NpgsqlConnection(builder.ConnectionString);
        connection.Open();
        return connection;
    }

    private static void Run(NpgsqlConnection connection, string statement)
    {
        using var command = new NpgsqlCommand(SqlText.Postgres.Of(statement), connection);
        _ = command.ExecuteNonQuery();
    }

    private static void Apply(NpgsqlConnection connection, SqlText.Migration migration)
    {
        using var script = new NpgsqlCommand(migration.Text, connection);
        _ = script.ExecuteNonQuery();
        using var insert = new NpgsqlCommand(SqlText.Postgres.Of("insert_migration"), connection);
        _ = insert.Parameters.Add(new NpgsqlParameter<int> { TypedValue = migration.Number });
        _ = insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = migration.Name });
        _ = insert.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = DigestOf(migration) });
        _ = insert.ExecuteNonQuery();
    }

    private static Dictionary<int, byte[]> Read(NpgsqlConnection connection)
    {
        var applied = new Dictionary<int, byte[]>();
        using var command = new NpgsqlCommand(SqlText.Postgres.Of("read_migrations"), connection);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            applied.Add(reader.GetInt32(0), reader.GetFieldValue<byte[]>(1));
        }

        return applied;
    }

    private static void Refuse(Dictionary<int, byte[]> applied)
    {
        var greatest = SqlText.Postgres.Migrations[^1].Number;
        var found = applied.Keys.DefaultIfEmpty().Max();
        if (found > greatest)
        {
            throw new StoreRefusedException(
                "The database was written by a newer version of this program: "
                + $"expected schema {greatest} at most, found {found}.");
        }

        foreach (var migration in SqlText.Postgres.Migrations)
        {
            if (applied.TryGetValue(migration.Number, out var kept)
                && !DigestOf(migration).AsSpan().SequenceEqual(kept))
            {
                throw new StoreRefusedException(
                    $"The database was made by another script {migration.Name}: "
                    + $"expected {Convert.ToHexStringLower(DigestOf(migration))}, "
                    + $"found {Convert.ToHexStringLower(kept)}.");
            }
        }
    }

    private static byte[] DigestOf(SqlText.Migration migration) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(migration.Text));
}
