using Microsoft.Data.Sqlite;

namespace Exchange.Silo.Tests.Programs;

/// <summary>Changes a stopped node's database behind its back.</summary>
public static class Database
{
    public static void Change(string data, string script, string? key = null)
    {
        var path = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(data, "exchange.db"),
            Pooling = false,
        };
        using var connection = new SqliteConnection(path.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        using var text = new StreamReader(typeof(Database).Assembly.GetManifestResourceStream($"{script}.sql")!);
        command.CommandText = text.ReadToEnd();
        if (key is not null)
        {
            _ = command.Parameters.AddWithValue("$key", key);
        }

        Assert.Equal(1, command.ExecuteNonQuery());
    }
}
