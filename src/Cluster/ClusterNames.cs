namespace Exchange.Cluster;

/// <summary>The names that the nodes of a cluster agree on.</summary>
public static class ClusterNames
{
    /// <summary>The store of what jobs keep.</summary>
    public const string Storage = "jobs";

    /// <summary>The key of the one grain that does the jobs of the exchange.</summary>
    public const string Jobs = "exchange";

    /// <summary>The check of a node's readiness that asks about its standing in the cluster.</summary>
    public const string Check = "cluster";

    /// <summary>The database driver, as Orleans calls it.</summary>
    public const string Driver = "Npgsql";
}
