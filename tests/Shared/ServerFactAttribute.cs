using Exchange.Store.Postgres;

namespace Exchange.Tests.Shared;

/// <summary>A fact that needs a PostgreSQL server.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ServerFactAttribute : FactAttribute
{
    public ServerFactAttribute() => Skip = ReasonToSkip;

    /// <summary>
    /// Why such tests are left out; nothing on a machine that must run all, where they fail instead.
    /// </summary>
    internal static string? ReasonToSkip { get; } =
        Environment.GetEnvironmentVariable("CI") == "true" ? null : PrivateServer.Obstacle;
}
