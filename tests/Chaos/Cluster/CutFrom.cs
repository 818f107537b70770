namespace Exchange.Chaos.Cluster;

/// <summary>What a silo is cut off from.</summary>
public enum CutFrom
{
    /// <summary>The other silos and the API nodes; clients and the database still reach it.</summary>
    Cluster = 1,

    /// <summary>Everything.</summary>
    Everything = 2,
}
