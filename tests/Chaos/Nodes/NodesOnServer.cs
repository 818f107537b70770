using Exchange.Chaos.Clients;
using Exchange.Store.Postgres;

namespace Exchange.Chaos.Nodes;

/// <summary>
/// A private server and two real nodes on its one database, each with a data directory and a port that outlive it.
/// </summary>
public sealed class NodesOnServer : IAsyncDisposable
{
    private const int NodeCount = 2;

    private readonly PrivateServer _server;
    private readonly string _directory;
    private readonly string[] _options;
    private readonly int[] _ports = [.. Enumerable.Range(0, NodeCount).Select(_ => Ports.Free())];
    private readonly NodeProcess[] _nodes = new NodeProcess[NodeCount];

    private NodesOnServer(PrivateServer server, string directory, string[] options)
    {
        (_server, _directory, _options) = (server, directory, options);
        var key = Path.Combine(directory, "master.key");
        MasterKey.Write(key);
        Keep = new(DataDirectory(0), "postgres", new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["EXCHANGE_POSTGRES"] = server.Connection(PrivateServer.Writer),
            ["EXCHANGE_POSTGRES_OWNER"] = server.Connection(PrivateServer.Owner),
            ["EXCHANGE_MASTER_KEY_FILE"] = key,
        });
    }

    public NodeKeep Keep { get; }

    public IReadOnlyList<NodeProcess> Nodes => _nodes;

    /// <summary>Where the nodes are found, also after they were killed.</summary>
    public IReadOnlyList<Uri> Addresses => [.. _ports.Select(port => new Uri($"http://127.0.0.1:{port}"))];

    /// <summary>What each node wrote since it was last started, for a failure's report.</summary>
    public string Output => string.Join(
        '\n', _nodes.Select((node, number) => $"node {number}{(node.HasExited ? " ended" : "")}:\n{node.Output}"));

    /// <summary>Starts the server, and all nodes at once on its empty database.</summary>
    /// <param name="options">Of every node.</param>
    public static async Task<NodesOnServer> StartAsync(string directory, params string[] options)
    {
        var server = await Task.Run(() => PrivateServer.Start());
        var nodes = new NodesOnServer(server, directory, options);
        for (var number = 0; number < NodeCount; number++)
        {
            nodes.Launch(number);
        }

        try
        {
            await nodes.WaitUntilReadyAsync();
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
    public Task WaitUntilReadyAsync() => Task.WhenAll(_nodes.Select(node => node.WaitUntilReadyAsync()));

    /// <summary>Kills a node as it stands and starts it again, without waiting.</summary>
    public async Task CrashNodeAsync(int number)
    {
        await _nodes[number].KillAsync();
        await _nodes[number].DisposeAsync();
        Launch(number);
    }

    /// <summary>Kills the whole server as it stands and starts it again; it recovers from its own log.</summary>
    public Task CrashServerAsync() => Task.Run(() =>
    {
        _server.Kill();
        _server.Start();
    });

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        _server.Dispose();
    }

    private void Launch(int number) => _nodes[number] = NodeProcess.Launch(
        DataDirectory(number), _ports[number], ["--store", Keep.Store, .. _options], environment: Keep.Environment);

    private string DataDirectory(int number) => Path.Combine(_directory, $"node-{number}");
}
