using Exchange.Chaos.Clients;
using Exchange.Chaos.Nodes;

namespace Exchange.Chaos.Kills;

/// <summary>A node on the store in its own directory.</summary>
public sealed class OneNode : IVictims
{
    private readonly int _port;
    private NodeProcess _node;

    private OneNode(NodeKeep keep, int port, NodeProcess node) => (Keep, _port, _node) = (keep, port, node);

    public NodeKeep Keep { get; }

    public IReadOnlyList<Uri> Addresses => [_node.Address];

    public string Output => _node.Output;

    public static async Task<OneNode> StartAsync(string directory)
    {
        var (data, port) = (Path.Combine(directory, "data"), Ports.Free());
        return new(NodeKeep.InDirectory(data), port, await NodeProcess.StartAsync(data, port));
    }

    public async Task<string> KillNextAsync()
    {
        await DisposeAsync();
        _node = NodeProcess.Launch(Keep.DataDirectory, _port);
        return "node";
    }

    public Task WaitUntilReadyAsync() => _node.WaitUntilReadyAsync();

    public ValueTask DisposeAsync() => _node.DisposeAsync();
}
