using Exchange.Store.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Exchange.Store.Tests.Postgres;

/// <summary>The one server of this run of tests; each test has a database of its own in it.</summary>
internal static class SharedServer
{
    private static readonly Lazy<PrivateServer> Started = new(Start);
    private static readonly Lazy<string> Template = new(MakeTemplate);
    private static int _databases;

    internal static PrivateServer Server => Started.Value;

    /// <summary>A database with the exchange's roles and nothing else.</summary>
    internal static string NewDatabase()
    {
        var database = $"test_{Interlocked.Increment(ref _databases)}";
        Server.CreateDatabase(database);
        return database;
    }

    /// <summary>A database with the tables of this version, copied from one that was brought there once.</summary>
    internal static string NewCurrentDatabase()
    {
        var database = $"test_{Interlocked.Increment(ref _databases)}";
        using var maintenance = NpgsqlDataSource.Create(
            Server.Connection(PrivateServer.Superuser, "postgres") + ";Pooling=false");
        lock (Template)
        {
            using var copy = maintenance.CreateCommand($"create database {database} template {Template.Value}");
            _ = copy.ExecuteNonQuery();
        }

        return database;
    }

    private static string MakeTemplate()
    {
        var database = NewDatabase();
        PostgresMigrations.Apply(
            Server.Connection(PrivateServer.Owner, database) + ";Pooling=false", NullLogger.Instance);
        return database;
    }

    private static PrivateServer Start()
    {
        var server = PrivateServer.Start(new() { IsForgetful = true, Settings = ["max_connections=400"] });
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.Dispose();
        return server;
    }
}
