using System.Diagnostics;
using Exchange.Chaos.Nodes;

namespace Exchange.Chaos.Cluster;

/// <summary>
/// A node as an orchestrator keeps it: whenever its process ends by itself it is started again, and the ending is
/// noted. What is killed here stays down until it is launched.
/// </summary>
public sealed class TendedNode(string name, NodeStart start) : IAsyncDisposable
{
    private static readonly TimeSpan RestartPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);

    // For a node that will never be ready; how long a start takes is up to the machine.
    private static readonly TimeSpan ReadyMax = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly List<Ending> _endings = [];
    private NodeProcess? _process;
    private CancellationTokenSource _wanted = new();
    private Task _tending = Task.CompletedTask;

    public string Name => name;

    public Uri Address => start.Address;

    /// <summary>What it said when it ended by itself, each time.</summary>
    public IReadOnlyList<Ending> Endings
    {
        get
        {
            lock (_lock)
            {
                return [.. _endings];
            }
        }
    }

    /// <summary>What it wrote, for a failure's report.</summary>
    public string Output => Current?.Output ?? "";

    private NodeProcess? Current
    {
        get
        {
            lock (_lock)
            {
                return _process;
            }
        }
    }

    /// <summary>Starts it without waiting.</summary>
    public void Launch()
    {
        _wanted = new();
        var first = NodeProcess.Launch(start);
        Hold(first);
        _tending = Task.Run(() => TendAsync(first, _wanted.Token));
    }

    /// <summary>SIGKILL; it stays down.</summary>
    public async Task KillAsync()
    {
        await _wanted.CancelAsync();
        var process = Current;
        await (process?.KillAsync() ?? Task.CompletedTask);
        await _tending;
        await (process?.DisposeAsync() ?? ValueTask.CompletedTask);
        _wanted.Dispose();
    }

    /// <summary>SIGSTOP.</summary>
    public Task StopAsync() => Current?.StopAsync() ?? Task.CompletedTask;

    /// <summary>SIGCONT.</summary>
    public Task ContinueAsync() => Current?.ContinueAsync() ?? Task.CompletedTask;

    /// <summary>Waits until it says that it is ready, however often it has to be started for that.</summary>
    public async Task WaitUntilReadyAsync()
    {
        using var client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(5) };
        var waited = Stopwatch.StartNew();
        while (!await NodeProcess.IsReadyAsync(client))
        {
            if (waited.Elapsed > ReadyMax)
            {
                throw new TimeoutException(
                    $"{name} was not ready after {ReadyMax}: {string.Join('\n', Endings.Select(ending => ending.Text))}\n{Output}");
            }

            await Task.Delay(Glance);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_tending.IsCompleted)
        {
            await KillAsync();
        }
    }

    private async Task TendAsync(NodeProcess process, CancellationToken wanted)
    {
        while (true)
        {
            await process.WaitForExitAsync(CancellationToken.None);
            Hold(null);
            if (wanted.IsCancellationRequested)
            {
                // Who killed it still holds it.
                return;
            }

            Note(process);
            await process.DisposeAsync();
            await Task.WhenAny(Task.Delay(RestartPause, wanted));
            lock (_lock)
            {
                if (wanted.IsCancellationRequested)
                {
                    return;
                }

                _process = process = NodeProcess.Launch(start);
            }
        }
    }

    private void Note(NodeProcess process)
    {
        const int Lines = 12;
        var said = process.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(Lines);
        lock (_lock)
        {
            _endings.Add(new(
                Stopwatch.GetTimestamp(),
                $"{name} ended by itself with code {process.ExitCode}:\n  {string.Join("\n  ", said)}"));
        }
    }

    private void Hold(NodeProcess? process)
    {
        lock (_lock)
        {
            _process = process;
        }
    }
}
