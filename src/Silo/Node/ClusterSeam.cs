using Microsoft.AspNetCore.Builder;
#if ORLEANS
using Exchange.Api.Security;
using Exchange.Cluster;
using Exchange.Store.Postgres;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Dashboard;
#endif

namespace Exchange.Silo.Node;

/// <summary>
/// All that the program knows of the cluster. A build without it says so where somebody asks for it.
/// </summary>
internal static class ClusterSeam
{
    /// <summary>Whose spans the cluster's part of a node makes.</summary>
    internal static ImmutableArray<string> TraceSources =>
#if ORLEANS
        [Exchange.Cluster.Traces.SourceName];
#else
        [];
#endif

    /// <summary>Lets nobody begin who asks for what this build lacks.</summary>
    /// <exception cref="NodeStartException">This build has no cluster.</exception>
    internal static void Expect()
    {
#if !ORLEANS
        throw new NodeStartException(
            "This build has no cluster. Build it with -p:Orleans=true, or run a single node with: exchange serve");
#endif
    }

    /// <summary>Whether the node is a silo that leaves because it cannot serve.</summary>
    internal static bool IsGivenUp(IServiceProvider services) =>
#if ORLEANS
        services.GetService<Exchange.Cluster.Hosts.OwnHealth>() is { IsGivenUp: true };
#else
        false;
#endif

#if ORLEANS
    // What Orleans asks of the database beside the store: few and short statements.
    private const int SessionsMax = 4;

    /// <summary>Makes a node that is being put together part of a cluster.</summary>
    internal static void Join(WebApplicationBuilder builder, ClusterJoin join, PostgresOptions database)
    {
        var setup = new ClusterSetup(
            database.ConnectionFor("exchange-cluster", SessionsMax), join.ClusterId, join.ServiceId)
        {
            Advertise = join.Advertise,
            SiloPort = join.SiloPort,
            GatewayPort = join.GatewayPort,
        };
        if (join.Role == ClusterRole.Silo)
        {
            builder.AddSilo(setup);
        }
        else
        {
            builder.AddGateway(setup);
        }
    }

    /// <summary>Serves the cluster's dashboard to operators; from silos only, which measure themselves.</summary>
    internal static void MapDashboard(WebApplication web, ClusterJoin join)
    {
        if (join.Role == ClusterRole.Silo)
        {
            _ = web.MapOrleansDashboard("/dashboard").WithMetadata(new RolesAllowed([Role.Operator], Anonymous: false));
        }
    }
#else
    /// <summary>Makes a node that is being put together part of a cluster; there is none in this build.</summary>
    internal static void Join(
        WebApplicationBuilder builder, ClusterJoin join, Store.Postgres.PostgresOptions database) => Expect();

    /// <summary>Serves the cluster's dashboard; there is none in this build.</summary>
    internal static void MapDashboard(WebApplication web, ClusterJoin join)
    {
        // A node of this build never gets here.
    }
#endif
}
