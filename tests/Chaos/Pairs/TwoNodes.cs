using Exchange.Chaos.Clients;
using Exchange.Chaos.Kills;
using Exchange.Chaos.Nodes;

namespace Exchange.Chaos.Pairs;

/// <summary>Two nodes on one database with a small exchange, a client of each, and a journal.</summary>
public sealed class TwoNodes : IAsyncDisposable
{
    private readonly string _directory;

    private TwoNodes(string directory, NodesOnServer nodes)
    {
        (_directory, Nodes) = (directory, nodes);
        Clients = [.. nodes.Addresses.Select(address => new ExchangeClient(address))];
        Journal = new(Path.Combine(directory, "journal"));
    }

    public NodesOnServer Nodes { get; }

    public IReadOnlyList<ExchangeClient> Clients { get; }

    public Journal Journal { get; }

    public World World { get; private set; } = null!;

    public static async Task<TwoNodes> StartAsync(int households, params string[] options)
    {
        var directory = Directory.CreateTempSubdirectory("exchange-pair-").FullName;
        var pair = new TwoNodes(directory, await NodesOnServer.StartAsync(directory, options));
        pair.World = await World.BuildAsync(pair.Clients[0], pair.Nodes.Keep, households);
        return pair;
    }

    /// <summary>What the evidence says, taken from one of the nodes.</summary>
    public Task<Reckoning> ReckonAsync(int node) =>
        Reckoning.AtRestAsync(Clients[node], World, Journal, _directory);

    public async ValueTask DisposeAsync()
    {
        foreach (var client in Clients)
        {
            client.Dispose();
        }

        await Nodes.DisposeAsync();
        Journal.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
