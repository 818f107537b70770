using System.Diagnostics;

namespace Exchange.Silo.Tests.Postgres;

/// <summary>A folder that the user of a server may enter, for backups and small disks; removed with its test.</summary>
public sealed class ServerFolder : IDisposable
{
    private readonly List<string> _mounted = [];

    public ServerFolder()
    {
        Path = Directory.CreateTempSubdirectory("exchange-backup-").FullName;
        Give(Path);
    }

    public string Path { get; }

    public string In(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>A folder of the server's user.</summary>
    public string Make(string name)
    {
        _ = Directory.CreateDirectory(In(name), UnixFileMode.UserRead | UnixFileMode.UserWrite
            | UnixFileMode.UserExecute);
        Give(In(name));
        return In(name);
    }

    /// <summary>A disk of so many megabytes.</summary>
    public string MakeDisk(string name, int sizeMegabytes)
    {
        var path = Make(name);
        Run("mount", "-t", "tmpfs", "-o", $"size={sizeMegabytes}m,mode=700", "tmpfs", path);
        _mounted.Add(path);
        Give(path);
        return path;
    }

    /// <summary>Takes all that is left of a disk; answers the file that holds it.</summary>
    public static string Fill(string disk)
    {
        var path = System.IO.Path.Combine(disk, "filler");
        try
        {
            using var file = File.Create(path);
            for (var block = new byte[64 * 1024]; ;)
            {
                file.Write(block);
                file.Flush();
            }
        }
        catch (IOException)
        {
            // The disk is full.
            return path;
        }
    }

    /// <summary>Copies with rights and owners.</summary>
    public static void Copy(string from, string to) => Run("cp", "-a", from, to);

    /// <summary>An empty file of the server's user.</summary>
    public static void Touch(string path)
    {
        File.WriteAllText(path, "");
        Give(path);
    }

    public void Dispose()
    {
        foreach (var path in _mounted)
        {
            Run("umount", path);
        }

        Directory.Delete(Path, recursive: true);
    }

    private static void Give(string path)
    {
        if (Environment.UserName == "root")
        {
            Run("chown", "postgres:postgres", path);
        }
    }

    private static void Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {said}");
    }
}
