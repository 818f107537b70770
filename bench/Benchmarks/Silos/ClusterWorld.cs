using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Exchange.Benchmarks.Append;
using Exchange.Benchmarks.Harness;
using Exchange.Benchmarks.World;
using Exchange.Signing;
using Exchange.Store.Postgres;

namespace Exchange.Benchmarks.Silos;

/// <summary>A private server with filled chains, and the nodes that stand on it.</summary>
internal sealed class ClusterWorld : IDisposable
{
    /// <summary>Readers and writers of a node of ours, and the pool of the grains that write their state.</summary>
    internal const int ReadersEach = 16;

    private readonly TemporaryFolder _folder = new();
    private readonly MasterKey _master = MasterKey.Create();
    private readonly PrivateServer _server;
    private ulong _series = 1;
    private int _nodes;

    private ClusterWorld(ClusterSettings settings)
    {
        Settings = settings;

        // The checkpoint before a round is the only one in it, for every contender.
        _server = PrivateServer.Start(new()
        {
            Settings = ["max_connections=200", "max_wal_size=16GB", "checkpoint_timeout=30min", .. settings.Server],
        });
    }

    internal ClusterSettings Settings { get; }

    /// <summary>How the server keeps what it acknowledges.</summary>
    internal JsonArray Durability { get; private set; } = [];

    internal static async Task<ClusterWorld> BuildAsync(ClusterSettings settings)
    {
        var world = new ClusterWorld(settings);
        try
        {
            var households = Math.Max(settings.Chains, settings.Grains);
            await using (var node = await PostgresNode.OpenAsync(
                world._server, world._master, world.NextFolder(), settings.Writers))
            {
                await using var load = ConsentLoad.On(node, households, settings.Seed);
                await load.FillStraightAsync((long)households * (1 + settings.Consents), passes: 1);
            }

            await PostgresBaselines.RunAsync(world._server, "vacuum_analyze");
            world.Durability = await PostgresComparison.SwitchesAsync(world._server);
            (var built, world) = (world, null);
            return built;
        }
        finally
        {
            world?.Dispose();
        }
    }

    /// <summary>A place for one more node of a cluster.</summary>
    internal SiloPlace NextPlace(string cluster)
    {
        var (silo, gateway) = FreePorts();
        return new(
            _server.Connection(PrivateServer.Writer), _master.ToArray(), NextFolder(), Settings.Writers,
            2 * Math.Max(Settings.Chains, Settings.Grains), cluster, silo, gateway)
        {
            Pool = Settings.Writers + ReadersEach,
        };
    }

    /// <summary>The exchange of one process, without a cluster.</summary>
    internal Task<PostgresNode> OpenEmbeddedAsync() => PostgresNode.OpenAsync(
        _server, _master, NextFolder(), Settings.Writers,
        new(ResidentMax: 2 * Math.Max(Settings.Chains, Settings.Grains)));

    /// <summary>A load on a node that the load owns.</summary>
    internal ConsentLoad LoadOn(ILoadNode node, int chains) =>
        ConsentLoad.On(node, chains, Settings.Seed, checked(++_series));

    /// <summary>A round behind a checkpoint, with what it costs.</summary>
    internal async Task<Metered> MeterAsync(Func<Task<LoadResult>> run, params IReadOnlyCollection<SiloProcess> silos)
    {
        await CheckpointAsync();
        var (atServer, atSilos) = (ServerMeter.Of(_server.ProcessId!.Value), TimeOf(silos));
        var load = await run();
        return new(load, TimeOf(silos) - atSilos, ServerMeter.Of(_server.ProcessId!.Value) - atServer);
    }

    internal Task CheckpointAsync() => PostgresBaselines.RunAsync(_server, "checkpoint");

    /// <summary>What all lines of a comparison have.</summary>
    internal JsonObject Line(int callers) => new()
    {
        ["callers"] = callers,
        ["chains"] = Settings.Chains,
        ["rounds"] = Settings.Rounds,
        ["seconds"] = Settings.Time.TotalSeconds,
        ["seed"] = Settings.Seed,
        ["writers"] = Settings.Writers,
        ["durability"] = Durability.DeepClone(),
    };

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    private static TimeSpan TimeOf(IReadOnlyCollection<SiloProcess> silos) =>
        TimeSpan.FromTicks(silos.Sum(silo => silo.ProcessorTime.Ticks));

    // Both are held until both are known, so that they are not one.
    private static (int Silo, int Gateway) FreePorts()
    {
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return (((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
    }

    private string NextFolder() =>
        Path.Combine(_folder.Path, (++_nodes).ToString(CultureInfo.InvariantCulture));
}
