using Exchange.Benchmarks.World;
using Exchange.Cluster;
using Exchange.Engine;
using Exchange.Engine.Hosting;
using Exchange.Engine.Ports;
using Exchange.Engine.Processes;
using Exchange.Signing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Npgsql;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Serialization;
using Orleans.Storage;

namespace Exchange.Benchmarks.Silos;

/// <summary>
/// A node of a cluster in this process, put together as the program does it, without its API: a silo, or a client
/// without grains. Commands go through the cluster, wherever their grain runs.
/// </summary>
internal sealed class SiloNode : ILoadNode
{
    // What Orleans asks of the database for itself: as in the program.
    private const int SessionsOfOrleans = 4;

    private readonly PostgresNode _node;
    private readonly IHost _host;

    private SiloNode(PostgresNode node, IHost host) => (_node, _host) = (node, host);

    public string Directory => _node.Directory;

    public IExchange Exchange => _host.Services.GetRequiredService<IExchange>();

    public ILedgerStore Ledger => _node.Ledger;

    public IRowStore Rows => _node.Rows;

    public long Commits => _node.Commits;

    internal IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    internal IServiceProvider Services => _host.Services;

    internal int ResidentCount => _node.Exchange.ResidentCount;

    /// <summary>Starts a silo, and returns when it has joined.</summary>
    internal static Task<SiloNode> StartSiloAsync(SiloPlace place) => StartAsync(place, (builder, node) =>
    {
        builder.Services.AddSingleton<IExchangeJobs>(services => new NodeJobs(node.Store, services));
        builder.AddSilo(SetupOf(place));
        builder.UseOrleans(silo => silo.AddAdoNetGrainStorage(
            ConsentKeeper.Storage,
            options => options.Configure<Serializer>((storage, serializer) =>
            {
                // Kind to it: in Orleans' binary form instead of the JSON that it would write, and prepared.
                storage.Invariant = ClusterNames.Driver;
                storage.ConnectionString = ConnectionOf(place, place.Pool, preparedMax: 16);
                storage.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer);
            })));
    });

    /// <summary>Starts a client, and returns when it has found its cluster.</summary>
    internal static Task<SiloNode> StartClientAsync(SiloPlace place) =>
        StartAsync(place, (builder, _) => builder.AddGateway(SetupOf(place)));

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await _node.DisposeAsync();
        _host.Dispose();
    }

    private static async Task<SiloNode> StartAsync(
        SiloPlace place, Action<HostApplicationBuilder, PostgresNode> join)
    {
        var node = await PostgresNode.OpenAsync(
            place.Connection, owner: null, new MasterKey(place.Master), place.Directory, place.Writers,
            new EmbeddedLimits(ResidentMax: place.ResidentMax) { IdleAfter = _ => TimeSpan.FromDays(1) });
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Orleans", LogLevel.Error)
            .AddSimpleConsole(options => options.SingleLine = true);
        builder.Services.Configure<ConsoleLoggerOptions>(
            options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddSingleton(node.Exchange).AddSingleton(TimeProvider.System);
        join(builder, node);
        var started = new SiloNode(node, builder.Build());
        try
        {
            await started._host.StartAsync();
            (var silo, started) = (started, null);
            return silo;
        }
        finally
        {
            if (started is not null)
            {
                await started.DisposeAsync();
            }
        }
    }

    private static ClusterSetup SetupOf(SiloPlace place) =>
        new(ConnectionOf(place, SessionsOfOrleans, preparedMax: 0), place.ClusterId, "bench")
        {
            SiloPort = place.SiloPort,
            GatewayPort = place.GatewayPort,
        };

    private static string ConnectionOf(SiloPlace place, int sessionsMax, int preparedMax) =>
        new NpgsqlConnectionStringBuilder(place.Connection)
        {
            SearchPath = "exchange",
            MaxPoolSize = sessionsMax,
            MaxAutoPrepare = preparedMax,
        }.ConnectionString;
}
