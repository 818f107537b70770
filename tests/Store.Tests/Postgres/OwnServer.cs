using Exchange.Store.Postgres;

namespace Exchange.Store.Tests.Postgres;

/// <summary>A server of one test, which may kill it, and the directory of a node on it.</summary>
internal sealed class OwnServer : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("exchange-node-").FullName;

    internal PrivateServer Server { get; } = PrivateServer.Start();

    /// <summary>Of the one node: what it remembers outlives its store.</summary>
    internal PostgresOptions Options => new()
    {
        Connection = Server.Connection(PrivateServer.Writer),
        OwnerConnection = Server.Connection(PrivateServer.Owner),
        Directory = _directory,
    };

    public void Dispose()
    {
        Server.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
