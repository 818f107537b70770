using System.ComponentModel;
using System.Diagnostics;

namespace Exchange.Chaos.Syncs;

/// <summary>Whether programs can be traced here, and the words that put a node under the tracer.</summary>
public static class Tracing
{
    /// <summary>Why programs cannot be traced on this machine; nothing where they can.</summary>
    public static string? Obstacle { get; } = Probe();

    /// <summary>Why a traced test is left out. On a machine that must run everything it is not, and fails.</summary>
    public static string? ReasonToSkip { get; } =
        Environment.GetEnvironmentVariable("CI") == "true" ? null : Obstacle;

    /// <summary>What stands before the command: all threads, files by name, and only the calls that are asked
    /// for.</summary>
    public static IReadOnlyList<string> Wrapper(string output, params string[] options)
    {
        Assert.True(Obstacle is null, Obstacle);
        return ["strace", "-f", "-y", "--seccomp-bpf", "-o", output, .. options];
    }

    private static string? Probe()
    {
        try
        {
            var start = new ProcessStartInfo(
                "strace", ["-f", "--seccomp-bpf", "-e", "trace=fsync", "-o", "/dev/null", "true"])
            {
                RedirectStandardError = true,
                UseShellExecute = false,
            };
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : $"Tracing is not permitted here: {errors.Trim()}";
        }
        catch (Win32Exception missing)
        {
            return $"strace cannot be started ({missing.Message}); get it with: bash tests/run.sh --install";
        }
    }
}
