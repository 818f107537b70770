using Exchange.Store.Postgres;
using Npgsql;

namespace Exchange.Cluster.Tests.Hosts;

/// <summary>A database of one test on the one server of this run.</summary>
internal sealed class TestDatabase : IDisposable
{
    private static readonly Lazy<PrivateServer> Started = new(Start);
    private static int _databases;

    private readonly List<string> _directories = [];

    private TestDatabase(string name) => Name = name;

    internal string Name { get; }

    internal static TestDatabase Create()
    {
        var database = new TestDatabase(NewName());
        Started.Value.CreateDatabase(database.Name);
        return database;
    }

    /// <summary>A copy as it is now; nobody may be connected.</summary>
    internal TestDatabase Copy()
    {
        NpgsqlConnection.ClearAllPools();
        var copy = new TestDatabase(NewName());
        using var maintenance = NpgsqlDataSource.Create(
            Started.Value.Connection(PrivateServer.Superuser, "postgres") + ";Pooling=false");
        using var command = maintenance.CreateCommand($"create database {copy.Name} template {Name}");
        _ = command.ExecuteNonQuery();
        return copy;
    }

    /// <summary>What a node opens it with, from a directory of its own.</summary>
    internal PostgresOptions NewOptions()
    {
        _directories.Add(Directory.CreateTempSubdirectory("exchange-silo-").FullName);
        return new()
        {
            Connection = Started.Value.Connection(PrivateServer.Writer, Name),
            OwnerConnection = Started.Value.Connection(PrivateServer.Owner, Name),
            Directory = _directories[^1],

            // How long a machine that runs all tests at once takes is its own affair.
            ConnectTimeMax = TimeSpan.FromMinutes(1),
        };
    }

    public void Dispose() => _directories.ForEach(directory => Directory.Delete(directory, recursive: true));

    private static string NewName() => $"cluster_{Interlocked.Increment(ref _databases)}";

    private static PrivateServer Start()
    {
        var server = PrivateServer.Start(new() { Settings = ["max_connections=400"] });
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.Dispose();
        return server;
    }
}
