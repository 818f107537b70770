using Exchange.Chaos.Clients;
using Exchange.Chaos.Nodes;
using Exchange.Store.Postgres;
using Npgsql;

namespace Exchange.Chaos.Cluster;

/// <summary>
/// A private server, silos on its one database, and API nodes without grains in front of them, each with a data
/// directory and ports that outlive it.
/// </summary>
public sealed class ClusterNodes : IAsyncDisposable
{
    private const int GatewayCount = 2;
    private const string ClusterId = "chaos";

    private readonly PrivateServer _server;
    private readonly ISiloNetwork _network;
    private readonly Membership _membership;
    private readonly int[] _siloPorts;

    private ClusterNodes(PrivateServer server, ISiloNetwork network, string directory, string program, int silos)
    {
        (_server, _network, _membership) = (server, network, new(server, ClusterId));
        _siloPorts = [.. Enumerable.Range(0, silos).Select(_ => Ports.Free())];
        var key = Path.Combine(directory, "master.key");
        MasterKey.Write(key);
        Keep = new(Path.Combine(directory, "tokens"), "postgres", new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["EXCHANGE_POSTGRES"] = Connection(PrivateServer.Writer),
            ["EXCHANGE_POSTGRES_OWNER"] = Connection(PrivateServer.Owner),
            ["EXCHANGE_MASTER_KEY_FILE"] = key,
        })
        {
            Program = program,
        };
        Silos = [.. Enumerable.Range(0, silos).Select(number => Silo(number, directory))];
        Gateways = [.. Enumerable.Range(0, GatewayCount).Select(number => Gateway(number, directory))];
    }

    public NodeKeep Keep { get; }

    public IReadOnlyList<TendedNode> Silos { get; }

    /// <summary>API nodes without grains.</summary>
    public IReadOnlyList<TendedNode> Gateways { get; }

    /// <summary>Whether silos can be cut off.</summary>
    public bool CanCut => _network.CanCut;

    private IEnumerable<TendedNode> All => Silos.Concat(Gateways);

    /// <summary>Starts the server, all silos at once on its empty database, and then the API nodes.</summary>
    /// <param name="program">An <c>exchange</c> that was built with Orleans.</param>
    /// <param name="network">Belongs to the cluster from here on.</param>
    public static async Task<ClusterNodes> StartAsync(
        string directory, string program, ISiloNetwork network, int silos)
    {
        var server = await Task.Run(() => StartServer(network.Database));
        var nodes = new ClusterNodes(server, network, directory, program, silos);
        try
        {
            await StartAllAsync(nodes.Silos);
            await StartAllAsync(nodes.Gateways);
            (var started, nodes) = (nodes, null);
            return started;
        }
        finally
        {
            if (nodes is not null)
            {
                await nodes.DisposeAsync();
            }
        }
    }

    /// <summary>Waits until every node says that it is ready.</summary>
    public Task WaitUntilReadyAsync() => Task.WhenAll(All.Select(node => node.WaitUntilReadyAsync()));

    /// <summary>Takes a silo's links down.</summary>
    public Task CutAsync(int silo, CutFrom from) => _network.CutAsync(silo, from);

    /// <summary>Takes a silo's links up again.</summary>
    public Task MendAsync(int silo) => _network.MendAsync(silo);

    /// <summary>The generation of a silo as it is or was last; a later one comes with each start.</summary>
    public Task<int> GenerationOfAsync(int silo) =>
        _membership.LastOfAsync(_network.AdvertisedOf(silo), _siloPorts[silo]);

    /// <summary>Waits until a silo is dead to the others.</summary>
    public Task UntilDeadAsync(int silo, int generation) =>
        _membership.UntilDeadAsync(_network.AdvertisedOf(silo), _siloPorts[silo], generation);

    /// <summary>Waits until a silo has joined that was started after another one in its place.</summary>
    public Task UntilJoinedAsync(int silo, int laterThan) =>
        _membership.UntilActiveAsync(_network.AdvertisedOf(silo), _siloPorts[silo], laterThan);

    /// <summary>Kills the whole server as it stands and starts it again; it recovers from its own log.</summary>
    public Task CrashServerAsync() => Task.Run(() =>
    {
        _server.Kill();
        _server.Start();
    });

    public async ValueTask DisposeAsync()
    {
        foreach (var node in All)
        {
            await node.DisposeAsync();
        }

        _server.Dispose();
        await _network.DisposeAsync();
    }

    private static async Task StartAllAsync(IReadOnlyList<TendedNode> nodes)
    {
        foreach (var node in nodes)
        {
            node.Launch();
        }

        await Task.WhenAll(nodes.Select(node => node.WaitUntilReadyAsync()));
    }

    private static PrivateServer StartServer(SubnetHost? host)
    {
        if (host is null)
        {
            return PrivateServer.Start();
        }

        var server = PrivateServer.Start(new() { Settings = [$"listen_addresses={host.Address}"] });

        // Only this machine and the namespaces that the run made are on the subnet.
        File.AppendAllText(
            Path.Combine(server.DataDirectory, "pg_hba.conf"), $"host all all {host.Subnet} trust\n");
        server.Stop();
        server.Start();
        return server;
    }

    private string Connection(string role)
    {
        var connection = new NpgsqlConnectionStringBuilder(_server.Connection(role));
        connection.Host = _network.Database?.Address ?? connection.Host;
        return connection.ConnectionString;
    }

    private TendedNode Silo(int number, string directory) => new(
        $"silo {number}",
        new(Keep.Program, Path.Combine(directory, $"silo-{number}"), At(_network.FrontOf(number)))
        {
            Options =
            [
                "--cluster", "--cluster-id", ClusterId, "--advertise", _network.AdvertisedOf(number),
                "--silo-port", $"{_siloPorts[number]}", "--gateway-port", $"{Ports.Free()}",
            ],
            Wrapper = _network.WrapperOf(number),
            Environment = Keep.Environment,
        });

    private TendedNode Gateway(int number, string directory) => new(
        $"API node {number}",
        new(Keep.Program, Path.Combine(directory, $"gateway-{number}"), At("127.0.0.1"))
        {
            Options = ["--gateway", "--cluster-id", ClusterId],
            Environment = Keep.Environment,
        });

    private static Uri At(string host) => new($"http://{host}:{Ports.Free()}");
}
