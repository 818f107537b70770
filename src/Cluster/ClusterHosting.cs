using Exchange.Cluster.Hosts;
using Exchange.Cluster.Jobs;
using Exchange.Engine.Hosting;
using Exchange.Engine.Processes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Dashboard;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Exchange.Cluster;

/// <summary>
/// Makes a node part of a cluster. The host gives the exchange here (<c>EmbeddedExchange</c>), the jobs of the exchange
/// (<see cref="IExchangeJobs"/>, a silo only) and the time.
/// </summary>
public static class ClusterHosting
{
    /// <summary>
    /// How long a call waits for its answer before it is looked up: what was sent to a silo that stands still is only
    /// sent to another after this.
    /// </summary>
    public static readonly TimeSpan AnswerTimeMax = TimeSpan.FromSeconds(3);

    // A silo is dead after three of these without an answer, told by two others where there are two.
    private static readonly TimeSpan ProbeTime = TimeSpan.FromSeconds(1.5);

    // Nobody votes against a silo from which anything came within three of these, however many probes it misses. By
    // default it is four times the time above: one that stands still would be believed for 18 seconds.
    private static readonly TimeSpan ProbeTimeMax = TimeSpan.FromSeconds(2);

    // A node without grains goes on sending to a silo that is dead to the others until it looks again.
    private static readonly TimeSpan LookForSilosEvery = TimeSpan.FromSeconds(1);

    // After all silos died at once, the table is believed this many times this long.
    private static readonly TimeSpan AliveEvery = TimeSpan.FromSeconds(5);

    /// <summary>Makes the node a silo: it hosts grains, and reaches all others.</summary>
    public static void AddSilo(this IHostApplicationBuilder builder, ClusterSetup setup)
    {
        // Started in this order: before the silo joins, the silo, and what needs it.
        builder.Services.AddHostedService<FitToJoin>();
        builder.UseOrleans(silo =>
        {
            silo.ConfigureEndpoints(setup.Advertise, setup.SiloPort, setup.GatewayPort);
            silo.Configure<ClusterOptions>(options => Name(options, setup));
            silo.Configure<ClusterMembershipOptions>(WatchClosely);
            silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = AnswerTimeMax);
            silo.Configure<GrainCollectionOptions>(AgeByKind);
            silo.UseAdoNetClustering(options =>
                (options.Invariant, options.ConnectionString) = (ClusterNames.Driver, setup.Connection));
            silo.Configure<ReminderOptions>(options => options.MinimumReminderPeriod = setup.RemindEvery);
            silo.UseAdoNetReminderService(options =>
                (options.Invariant, options.ConnectionString) = (ClusterNames.Driver, setup.Connection));
            silo.AddAdoNetGrainStorage(ClusterNames.Storage, options =>
                (options.Invariant, options.ConnectionString) = (ClusterNames.Driver, setup.Connection));
            silo.AddGrainService<Fitness>();
            silo.AddOutgoingGrainCallFilter<TraceSending>().AddIncomingGrainCallFilter<TraceReceiving>();

            // Without the page that shows a node's log to whoever looks.
            silo.AddDashboard(dashboard => dashboard.HideTrace = true);
        });
        builder.Services.AddHostedService<SiloChanges>().AddHostedService<JobsWaker>()
            .AddHostedService<FitToStay>();
        builder.Services.AddSingleton<OwnHealth>().AddSingleton<FitnessOfOthers>();
        builder.Services.AddSingleton<IFatalErrorHandler, DeclaredDead>();
        builder.Services.AddSingleton(setup).AddSingleton<SiloGrains>().AddSingleton<JobRounds>();
        builder.Services.AddSingleton<IExchange, ClusterExchange>();
        builder.Services.AddHealthChecks().AddCheck<JoinedSilo>(ClusterNames.Check);
    }

    /// <summary>Makes the node a client of the cluster: it hosts no grains, and reaches all of them.</summary>
    public static void AddGateway(this IHostApplicationBuilder builder, ClusterSetup setup)
    {
        builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(options => Name(options, setup));
            client.Configure<ClientMessagingOptions>(options => options.ResponseTimeout = AnswerTimeMax);
            client.Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = LookForSilosEvery);
            client.UseAdoNetClustering(options =>
                (options.Invariant, options.ConnectionString) = (ClusterNames.Driver, setup.Connection));
            client.AddOutgoingGrainCallFilter<TraceSending>();
            client.UseConnectionRetryFilter<UntilJoined>();
        });
        builder.Services.AddSingleton<ClientLinks>();
        builder.Services.AddSingleton<IClusterConnectionStatusObserver>(
            services => services.GetRequiredService<ClientLinks>());
        builder.Services.AddSingleton<IExchange, ClusterExchange>();
        builder.Services.AddHealthChecks().AddCheck<JoinedClient>(ClusterNames.Check);
    }

    private static void Name(ClusterOptions options, ClusterSetup setup) =>
        (options.ClusterId, options.ServiceId) = (setup.ClusterId, setup.ServiceId);

    private static void WatchClosely(ClusterMembershipOptions options)
    {
        options.ProbeTimeout = ProbeTime;
        options.MaxProbeTimeout = ProbeTimeMax;
        options.IAmAliveTablePublishTimeout = AliveEvery;
        options.TableRefreshTimeout = AliveEvery;
    }

    private static void AgeByKind(GrainCollectionOptions options)
    {
        foreach (var (kind, grain) in ChainGrainTypes.All)
        {
            options.ClassSpecificCollectionAge[grain.FullName!] = IdleTimes.Of(kind);
        }
    }
}
