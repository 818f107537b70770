using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Exchange.Store.Postgres;

/// <summary>
/// Brings a database to this program's schema: numbered scripts, each run once and in order, with its digest kept, all
/// in one transaction under a lock that nodes share. A database that was made by other scripts is refused, and one of a
/// newer program too, unless its scripts say that this one may go on: so the nodes of two releases serve together.
/// </summary>
internal static class PostgresMigrations
{
    /// <summary>Where all tables are.</summary>
    internal const string Schema = "exchange";

    private static int Known => SqlText.Postgres.Migrations[^1].Number;

    /// <summary>Whether this program may work on tables.</summary>
    /// <param name="newest">The last script that was applied.</param>
    /// <param name="needed">The script that a program must know for what was applied.</param>
    internal static bool AreKnown(int newest, int needed) => newest >= Known && needed <= Known;

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
        var found = applied.Keys.DefaultIfEmpty().Max();
        if (found < Known)
        {
            throw new StoreRefusedException(
                $"The database's tables are of an older version: expected schema {Known}, found {found}. Start "
                + $"once with the owner's connection in {PostgresOptions.OwnerVariable}.");
        }
    }

    private static NpgsqlConnection Open(string connectionString)
    {
        // Scripts may build indexes, which takes as long as it takes.
        var builder = new NpgsqlConnectionStringBuilder(PostgresOptions.Plain(connectionString))
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
        _ = insert.Parameters.Add(new NpgsqlParameter<int> { TypedValue = migration.Needs });
        _ = insert.ExecuteNonQuery();
    }

    private static Dictionary<int, Applied> Read(NpgsqlConnection connection)
    {
        var applied = new Dictionary<int, Applied>();
        using var command = new NpgsqlCommand(SqlText.Postgres.Of("read_migrations"), connection);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            applied.Add(reader.GetInt32(0), new(reader.GetFieldValue<byte[]>(1), reader.GetInt32(2)));
        }

        return applied;
    }

    private static void Refuse(Dictionary<int, Applied> applied)
    {
        var needed = applied.Values.Select(each => each.Needs).DefaultIfEmpty().Max();
        if (needed > Known)
        {
            throw new StoreRefusedException(
                "The database was written by a newer version of this program: "
                + $"expected a need for schema {Known} at most, found {needed}.");
        }

        foreach (var migration in SqlText.Postgres.Migrations)
        {
            if (applied.TryGetValue(migration.Number, out var kept)
                && !DigestOf(migration).AsSpan().SequenceEqual(kept.Sha256))
            {
                throw new StoreRefusedException(
                    $"The database was made by another script {migration.Name}: "
                    + $"expected {Convert.ToHexStringLower(DigestOf(migration))}, "
                    + $"found {Convert.ToHexStringLower(kept.Sha256)}.");
            }
        }
    }

    private static byte[] DigestOf(SqlText.Migration migration) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(migration.Text));

    /// <param name="Needs">The script that a program must know at least.</param>
    private sealed record Applied(byte[] Sha256, int Needs);
}
