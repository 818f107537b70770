using Exchange.Store.Postgres;

namespace Exchange.Silo.Tests.Postgres;

/// <summary>A fact that needs a server and a small disk of its own, which only root can make.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MountFactAttribute : FactAttribute
{
    public MountFactAttribute() => Skip =
        Environment.GetEnvironmentVariable("CI") == "true" ? null
        : PrivateServer.Obstacle ?? (Environment.UserName == "root" ? null : "only root can mount a small disk");
}
