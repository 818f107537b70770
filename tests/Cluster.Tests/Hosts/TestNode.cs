using Exchange.Benchmarks.Silos;
using Exchange.Benchmarks.World;
using Exchange.Chaos.Nodes;
using Exchange.Engine.Hosting;
using Exchange.Engine.Ports;
using Exchange.Engine.Processes;
using Exchange.Grains.Agreements;
using Exchange.Engine.Tests.Processes;
using Exchange.Store.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Exchange.Cluster.Tests.Hosts;

/// <summary>A node of a cluster in this process: a store, grains or none, and a real Orleans host.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private readonly PostgresStore _store;
    private readonly IHost _host;

    private TestNode(PostgresStore store, EmbeddedExchange here, IHost host, KeptLog log) =>
        (_store, Here, _host, Log) = (store, here, host, log);

    /// <summary>The grains through the cluster.</summary>
    internal IExchange Exchange => Services.GetRequiredService<IExchange>();

    /// <summary>The grains of this node, past Orleans: as a second activation would use them.</summary>
    internal EmbeddedExchange Here { get; }

    /// <summary>What the grains of this node logged.</summary>
    internal KeptLog Log { get; }

    internal PostgresStore Store => _store;

    internal ILedgerStore Ledger => _store.Ledger;

    internal IServiceProvider Services => _host.Services;

    internal static Task<TestNode> StartSiloAsync(
        TestDatabase database, TimeProvider time, Action<ISiloBuilder>? more = null,
        Func<ClusterSetup, ClusterSetup>? with = null, EmbeddedLimits? limits = null) =>
        StartAsync(
            database, time,
            (builder, setup) =>
            {
                builder.AddSilo((with ?? (same => same))(setup));
                if (more is not null)
                {
                    builder.UseOrleans(more);
                }
            },
            limits);

    /// <summary>A silo with the parties and one household of them, whose calls go through a filter.</summary>
    internal static async Task<TestNode> StartPeopledSiloAsync(TestDatabase database, IIncomingGrainCallFilter filter)
    {
        var silo = await StartSiloAsync(
            database, TimeProvider.System, more => more.AddIncomingGrainCallFilter(filter));
        await new Parties(silo.Exchange).RegisterAsync();
        await new Parties(silo.Exchange).RegisterHouseholdAsync(Parties.HouseholdOf(1));
        return silo;
    }

    internal static Task<TestNode> StartGatewayAsync(TestDatabase database, TimeProvider time) =>
        StartAsync(database, time, static (builder, setup) => builder.AddGateway(setup));

    /// <summary>Waits until each of some silos knows of all of them, and what they can host.</summary>
    internal static Task MeetAsync(params TestNode[] silos) => Until.IsSoAsync(
        () => silos.All(silo => silo.HostsKnown() == silos.Length),
        () => string.Join(", ", silos.Select(silo => silo.HostsKnown())));

    /// <summary>All grains of a database in one process, without a cluster.</summary>
    internal static async Task<(PostgresStore Store, EmbeddedExchange Exchange)> OpenAloneAsync(
        TestDatabase database, TimeProvider time, ILogger? logger = null, EmbeddedLimits? limits = null)
    {
        var store = PostgresStore.Open(database.NewOptions(), NullLogger.Instance);
        return (store, await EmbeddedExchange.OpenAsync(
            new(store.Ledger, store.Snapshots, static (_, index) => new(new(1, (ulong)index.Value)), default, time)
            {
                Logger = logger ?? NullLogger.Instance,
                Limits = limits ?? new(),

                // Agreements need no offer here.
                Rules = kind => kind == GrainKind.Agreement ? new OpenAgreementRules() : GrainCatalog.Find(kind),
            },
            CancellationToken.None));
    }

    /// <summary>As SIGTERM does it: leaves the cluster, then closes the store.</summary>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await Here.DisposeAsync();
        _host.Dispose();
        _store.Dispose();
    }

    private static async Task<TestNode> StartAsync(
        TestDatabase database, TimeProvider time, Action<IHostApplicationBuilder, ClusterSetup> join,
        EmbeddedLimits? limits = null)
    {
        var log = new KeptLog();
        var (store, here) = await OpenAloneAsync(database, time, log, limits);
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(here).AddSingleton(TimeProvider.System)
            .AddSingleton<IExchangeJobs>(services => new NodeJobs(store, services));
        join(builder, new(database.NewOptions().ConnectionFor("orleans", sessionsMax: 4), "test", "test")
        {
            SiloPort = Ports.Free(),
            GatewayPort = Ports.Free(),
        });
        var host = builder.Build();
        await host.StartAsync();
        return new(store, here, host, log);
    }

    private int HostsKnown()
    {
        var hosts = Services.GetRequiredService<IClusterManifestProvider>().Current.Silos;
        return Services.GetRequiredService<ISiloStatusOracle>().GetApproximateSiloStatuses(onlyActive: true)
            .Keys.Count(hosts.ContainsKey);
    }
}
