using Exchange.Store.Postgres;

namespace Exchange.Store.Tests.Postgres;

/// <summary>The one server of this run of tests; each test has a database of its own in it.</summary>
internal static class SharedServer
{
    private static readonly Lazy<PrivateServer> Started = new(Start);
    private static int _databases;

    /// <summary>Why tests are left out; nothing on a machine that must run all, where they fail instead.</summary>
    internal static string? ReasonToSkip { get; } =
        Environment.GetEnvironmentVariable("CI") == "true" ? null : PrivateServer.Obstacle;

    internal static PrivateServer Server => Started.Value;

    /// <summary>An empty database with the exchange's roles.</summary>
    internal static string NewDatabase()
    {
        var database = $"test_{Interlocked.Increment(ref _databases)}";
        Server.CreateDatabase(database);
        return database;
    }

    private static PrivateServer Start()
    {
        var server = PrivateServer.Start(new() { IsForgetful = true, Settings = ["max_connections=400"] });
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.Dispose();
        return server;
    }
}
