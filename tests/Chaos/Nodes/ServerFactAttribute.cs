using Exchange.Store.Postgres;

namespace Exchange.Chaos.Nodes;

/// <summary>
/// A fact about nodes on a PostgreSQL server: skipped with the reason where there is none. On a machine that must run
/// everything it is not, and fails.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ServerFactAttribute : FactAttribute
{
    public ServerFactAttribute() =>
        Skip = Environment.GetEnvironmentVariable("CI") == "true" ? null : PrivateServer.Obstacle;
}
