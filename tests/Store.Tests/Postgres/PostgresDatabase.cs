using Exchange.Store.Postgres;
using Npgsql;

namespace Exchange.Store.Tests.Postgres;

/// <summary>A database of its own with all tables, on a server that the tests share or on a private one.</summary>
public sealed class PostgresDatabase : IDisposable
{
    private static readonly Lazy<PrivateServer> Shared = new(() => PrivateServer.Start());
    private static int _count;

    private readonly List<NpgsqlDataSource> _sources = [];

    public PostgresDatabase(PrivateServer? server = null)
    {
        Server = server ?? Shared.Value;
        Name = $"rows{Interlocked.Increment(ref _count)}";
        Server.CreateDatabase(Name);
        Run(PrivateServer.Owner, "create table migration (number int)");
        foreach (var migration in SqlText.Postgres.Migrations)
        {
            Run(PrivateServer.Owner, migration.Text);
        }

        Writer = Open(PrivateServer.Writer);
    }

    public PrivateServer Server { get; }

    public string Name { get; }

    /// <summary>Connections as the role of a node.</summary>
    public NpgsqlDataSource Writer { get; }

    public NpgsqlDataSource Open(string role)
    {
        var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(Server.Connection(role, Name))
        {
            SearchPath = "exchange", MaxAutoPrepare = 200, AutoPrepareMinUsages = 2,
        });
        _sources.Add(source);
        return source;
    }

    public void Run(string role, string sql)
    {
        using var connection = Connect(role);
        using var command = new NpgsqlCommand(sql, connection);
        _ = command.ExecuteNonQuery();
    }

    public object? Ask(string sql)
    {
        using var connection = Connect(PrivateServer.Superuser);
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar();
    }

    public void Dispose() => _sources.ForEach(source => source.Dispose());

    private NpgsqlConnection Connect(string role)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Server.Connection(role, Name))
        {
            SearchPath = "exchange", Pooling = false,
        }.ConnectionString);
        connection.Open();
        return connection;
    }
}
