using System.Net;

namespace Exchange.Silo.Node;

// family: how a node stands in a cluster

/// <summary>What a node is in its cluster.</summary>
public enum ClusterRole
{
    /// <summary>It hosts grains and serves the API.</summary>
    Silo = 1,

    /// <summary>It serves the API and hosts no grains.</summary>
    Gateway = 2,
}

/// <summary>How a node joins its cluster.</summary>
/// <param name="ClusterId">Nodes of one id on one database are one cluster.</param>
/// <param name="ServiceId">Under which name the cluster keeps what it keeps.</param>
/// <param name="Advertise">Where other nodes reach a silo.</param>
/// <param name="SiloPort">Where other silos reach it.</param>
/// <param name="GatewayPort">Where nodes without grains reach it.</param>
public sealed record ClusterJoin(
    ClusterRole Role, string ClusterId, string ServiceId, IPAddress Advertise, int SiloPort, int GatewayPort);
