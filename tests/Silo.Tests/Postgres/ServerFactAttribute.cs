using Exchange.Store.Postgres;

namespace Exchange.Silo.Tests.Postgres;

/// <summary>
/// A fact that needs a PostgreSQL server: left out where there is none, except on a machine that must run all.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ServerFactAttribute : FactAttribute
{
    public ServerFactAttribute() => Skip =
        Environment.GetEnvironmentVariable("CI") == "true" ? null : PrivateServer.Obstacle;
}
