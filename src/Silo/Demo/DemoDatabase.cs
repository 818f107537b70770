using Exchange.Silo.Node;
using Exchange.Store;
using Exchange.Store.Postgres;

namespace Exchange.Silo.Demo;

/// <summary>A database server of the demo's own, for as long as the story is told.</summary>
internal sealed class DemoDatabase : IDisposable
{
    private readonly PrivateServer _server;

    private DemoDatabase(PrivateServer server, DataDirectory data)
    {
        _server = server;
        Options = new()
        {
            Connection = server.Connection(PrivateServer.Writer),
            OwnerConnection = server.Connection(PrivateServer.Owner),
            Directory = data.Path,
        };
    }

    internal PostgresOptions Options { get; }

    /// <summary>A server where the node needs one and the environment names none.</summary>
    /// <exception cref="NodeStartException">None can be started here.</exception>
    internal static DemoDatabase? For(StoreKind store, DataDirectory data)
    {
        try
        {
            return store == StoreKind.Postgres && !PostgresOptions.IsInEnvironment()
                ? new(PrivateServer.Start(), data)
                : null;
        }
        catch (StoreRefusedException refused)
        {
            throw new NodeStartException(refused.Message);
        }
    }

    public void Dispose() => _server.Dispose();
}
