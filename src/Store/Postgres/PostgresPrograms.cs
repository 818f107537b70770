using System.ComponentModel;
using System.Diagnostics;

namespace Exchange.Store.Postgres;

/// <summary>PostgreSQL's own programs on this machine, run as a user that the server accepts.</summary>
internal static class PostgresPrograms
{
    private const string ServerUser = "postgres";
    private const string Packages = "/usr/lib/postgresql";
    private static readonly string[] Needed = ["initdb", "postgres", "pg_ctl", "pg_basebackup", "createdb"];

    /// <summary>Where the programs are; nothing where they are not.</summary>
    internal static string? Directory { get; } = Find();

    /// <summary>Why no server can be started on this machine; nothing where it can.</summary>
    internal static string? Obstacle { get; } = Probe();

    /// <summary>The server refuses to run as root; it and its files are then another user's.</summary>
    internal static bool IsForeign => Environment.UserName == "root";

    /// <summary>How a program is started, with nothing inherited from the environment's own connections.</summary>
    /// <param name="log">Where its output goes; to the caller where there is none.</param>
    internal static ProcessStartInfo Command(string program, IEnumerable<string> arguments, string? log)
    {
        List<string> words = ["setpriv"];
        if (IsForeign)
        {
            words.AddRange(["--reuid", ServerUser, "--regid", ServerUser, "--clear-groups"]);
        }

        // A server that outlived its process would be nobody's. INT is the server's word for ending at once, cleanly.
        words.AddRange(["--pdeathsig", "INT", "--", Path.Combine(Directory ?? "", program), .. arguments]);
        if (log is not null)
        {
            words.InsertRange(0, ["sh", "-c", "exec \"$@\" >>\"$0\" 2>&1 </dev/null", log]);
        }

        var start = new ProcessStartInfo(words[0], words.Skip(1))
        {
            UseShellExecute = false,
            RedirectStandardOutput = log is null,
            RedirectStandardError = log is null,
            WorkingDirectory = "/",
        };
        foreach (var name in start.Environment.Keys.Where(IsServers).ToArray())
        {
            _ = start.Environment.Remove(name);
        }

        start.Environment["LC_ALL"] = "C";
        return start;
    }

    /// <summary>Runs a program to its end and returns what it printed.</summary>
    /// <exception cref="StoreRefusedException">It failed; the message is its own.</exception>
    internal static string Run(string program, params IEnumerable<string> arguments)
    {
        using var process = Process.Start(Command(program, arguments, log: null))!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new StoreRefusedException($"{program} ended with {process.ExitCode}: {errors.Result.Trim()}");
    }

    /// <summary>Makes a directory that this process made the server's.</summary>
    internal static void GiveToServer(string path)
    {
        if (IsForeign)
        {
            using var process = Process.Start("chown", [$"{ServerUser}:{ServerUser}", path]);
            process.WaitForExit();
        }
    }

    private static bool IsServers(string name) => name.StartsWith("PG", StringComparison.Ordinal);

    private static string? Find()
    {
        var packaged = System.IO.Directory.Exists(Packages)
            ? System.IO.Directory.GetDirectories(Packages)
                .OrderByDescending(path => int.TryParse(
                    Path.GetFileName(path), System.Globalization.CultureInfo.InvariantCulture, out var version)
                    ? version
                    : 0)
                .Select(path => Path.Combine(path, "bin"))
            : [];
        var path = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
        return path.Concat(packaged).FirstOrDefault(
            directory => Needed.All(program => File.Exists(Path.Combine(directory, program))));
    }

    private static string? Probe()
    {
        if (Directory is null)
        {
            return $"PostgreSQL's programs ({string.Join(", ", Needed)}) are neither in PATH nor under {Packages}; "
                + "install the package postgresql";
        }

        try
        {
            _ = Run("postgres", "--version");
            return null;
        }
        catch (StoreRefusedException refused)
        {
            return $"The server cannot be run: {refused.Message}";
        }
        catch (Win32Exception missing)
        {
            return $"setpriv cannot be started ({missing.Message}); install the package util-linux";
        }
    }
}
