namespace Exchange.Chaos.Cluster;

/// <summary>A fact that needs network namespaces.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NamespaceFactAttribute : FactAttribute
{
    private static readonly string? Obstacle =
        Environment.GetEnvironmentVariable("CI") == "true"
            ? null
            : Task.Run(NamespaceNetwork.FindObstacleAsync).GetAwaiter().GetResult();

    public NamespaceFactAttribute() => Skip = Obstacle;
}
