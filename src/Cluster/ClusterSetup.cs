using System.Net;

namespace Exchange.Cluster;

/// <summary>How a node finds its cluster.</summary>
/// <param name="Connection">The connection string of the database that all nodes share.</param>
/// <param name="ClusterId">Nodes of one id are one cluster.</param>
/// <param name="ServiceId">What the cluster keeps is kept under this name, whatever the cluster is called.</param>
public sealed record ClusterSetup(string Connection, string ClusterId, string ServiceId)
{
    /// <summary>Where other nodes reach this silo; it listens there and nowhere else.</summary>
    public IPAddress Advertise { get; init; } = IPAddress.Loopback;

    /// <summary>Where other silos reach this one.</summary>
    public int SiloPort { get; init; } = 11111;

    /// <summary>Where nodes without grains reach this silo.</summary>
    public int GatewayPort { get; init; } = 30000;

    /// <summary>
    /// How often the jobs of the exchange are reminded of: the longest that they sleep when nobody else wakes them.
    /// </summary>
    public TimeSpan RemindEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often a silo looks whether it can serve.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromSeconds(3);
}
