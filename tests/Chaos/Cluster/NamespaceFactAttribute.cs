namespace Exchange.Chaos.Cluster;

/// <summary>A fact that needs network namespaces, which are for the cluster alone.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NamespaceFactAttribute : FactAttribute
{
    private static readonly string? Obstacle =
        Environment.GetEnvironmentVariable("ORLEANS_PACKAGE_SOURCE") is not { Length: > 0 }
            ? "the cluster, whose silos are cut off, is left out"
            : Environment.GetEnvironmentVariable("CI") == "true"
                ? null
                : Task.Run(NamespaceNetwork.FindObstacleAsync).GetAwaiter().GetResult();

    public NamespaceFactAttribute() => Skip = Obstacle;
}
