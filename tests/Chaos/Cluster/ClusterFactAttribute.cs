using Exchange.Chaos.Nodes;

namespace Exchange.Chaos.Cluster;

/// <summary>A fact that needs a server, and the exchange as it is built with Orleans.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ClusterFactAttribute : FactAttribute
{
    public ClusterFactAttribute() => Skip = ServerFactAttribute.ReasonToSkip
        ?? (File.Exists(Programs.ClusterNode) ? null : $"There is no {Programs.ClusterNode}.");
}
