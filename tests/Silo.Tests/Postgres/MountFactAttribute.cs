using System.Diagnostics;
using Exchange.Store.Postgres;

namespace Exchange.Silo.Tests.Postgres;

/// <summary>
/// A fact that needs a server and a small disk of its own. A missing program fails on a machine that must run all; that
/// nobody may mount here is no missing program, and leaves the fact out everywhere.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MountFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> MayMount = new(TryMount);

    public MountFactAttribute() => Skip =
        !MayMount.Value ? "a small disk cannot be mounted here"
        : Environment.GetEnvironmentVariable("CI") == "true" ? null
        : PrivateServer.Obstacle;

    private static bool TryMount()
    {
        var path = Directory.CreateTempSubdirectory("exchange-mount-").FullName;
        try
        {
            return Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", path) && Run("umount", path);
        }
        finally
        {
            Directory.Delete(path);
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        _ = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
