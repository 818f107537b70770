using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Exchange.Store.Postgres;

/// <summary>
/// A server's first process. The server ends when the thread that started it does, so that thread stays.
/// </summary>
internal sealed partial class ServerProcess
{
    /// <summary>SIGINT: the server breaks its connections off and ends cleanly.</summary>
    internal const int FastShutdown = 2;
    private const int SignalKill = 9;
    private const int SignalStop = 19;

    private readonly TaskCompletionSource<Process> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(ProcessStartInfo start)
    {
        var thread = new Thread(() => Hold(start)) { IsBackground = true, Name = "private server" };
        thread.Start();
        Id = _started.Task.GetAwaiter().GetResult().Id;
    }

    internal int Id { get; }

    internal bool HasExited => _exited.Task.IsCompleted;

    internal static ServerProcess Start(ProcessStartInfo start) => new(start);

    internal bool WaitForExit(TimeSpan timeMax) => _exited.Task.Wait(timeMax);

    internal void Signal(int signal)
    {
        if (!HasExited)
        {
            _ = Kill(Id, signal);
        }
    }

    /// <summary>
    /// Kills the first process and its children. It is held first, so that it makes no child that nobody saw.
    /// </summary>
    internal void KillAll()
    {
        if (HasExited)
        {
            return;
        }

        _ = Kill(Id, SignalStop);
        var children = Children();
        foreach (var child in children)
        {
            _ = Kill(child, SignalKill);
        }

        _ = Kill(Id, SignalKill);
        _exited.Task.Wait();

        // What a child still holds would keep the next server from starting.
        while (children.Any(IsAlive))
        {
            _ = Thread.Yield();
        }
    }

    private static bool IsAlive(int id) => File.Exists($"/proc/{id}/exe") && State(id) is not ('Z' or 'X' or ' ');

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);

    // The name stands in brackets and may hold anything; state and parent follow it.
    private static string[] Status(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            return text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (IOException)
        {
            // It ended meanwhile.
            return [];
        }
    }

    private static char State(int id) => Status(id) is [var state, ..] ? state[0] : ' ';

    private List<int> Children()
    {
        var children = new List<int>();
        foreach (var path in Directory.GetDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var id)
                && Status(id) is [_, var parent, ..]
                && parent == Id.ToString(CultureInfo.InvariantCulture))
            {
                children.Add(id);
            }
        }

        return children;
    }

    private void Hold(ProcessStartInfo start)
    {
        try
        {
            using var process = Process.Start(start)!;
            _started.SetResult(process);
            process.WaitForExit();
        }
        // Boundary: whoever asked for the server is told why it could not be started, on its own thread.
        catch (Exception fault)
        {
            _ = _started.TrySetException(fault);
        }
        finally
        {
            _exited.SetResult();
        }
    }
}
