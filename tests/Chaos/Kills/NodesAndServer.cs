using Exchange.Chaos.Clients;
using Exchange.Chaos.Nodes;

namespace Exchange.Chaos.Kills;

/// <summary>Two nodes and the server that they share. What is not killed must recover without being started again.
/// </summary>
public sealed class NodesAndServer : IVictims
{
    private readonly NodesOnServer _nodes;
    private int _turn;

    private NodesAndServer(NodesOnServer nodes) => _nodes = nodes;

    public NodeKeep Keep => _nodes.Keep;

    public IReadOnlyList<Uri> Addresses => _nodes.Addresses;

    public string Output => _nodes.Output;

    public static async Task<NodesAndServer> StartAsync(string directory) =>
        new(await NodesOnServer.StartAsync(directory));

    public async Task<string> KillNextAsync()
    {
        var turn = _turn++ % (_nodes.Nodes.Count + 1);
        if (turn == _nodes.Nodes.Count)
        {
            await _nodes.CrashServerAsync();
            return "server";
        }

        await _nodes.CrashNodeAsync(turn);
        return $"node {turn}";
    }

    public Task WaitUntilReadyAsync() => _nodes.WaitUntilReadyAsync();

    public ValueTask DisposeAsync() => _nodes.DisposeAsync();
}
