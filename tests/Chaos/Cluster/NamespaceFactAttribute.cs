namespace Exchange.Chaos.Cluster;

/// <summary>
/// A fact that needs network namespaces. Where the cluster is left out they may be missing even on a machine that must
/// run all.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NamespaceFactAttribute : FactAttribute
{
    private static readonly string? Obstacle =
        Environment.GetEnvironmentVariable("CI") == "true"
            && Environment.GetEnvironmentVariable("ORLEANS_PACKAGE_SOURCE") is { Length: > 0 }
            ? null
            : Task.Run(NamespaceNetwork.FindObstacleAsync).GetAwaiter().GetResult();

    public NamespaceFactAttribute() => Skip = Obstacle;
}
