using System.Diagnostics;

namespace Exchange.Chaos.Nodes;

/// <summary>One real node in a process of its own, on a data directory and a port that outlive it.</summary>
public sealed class NodeProcess : IAsyncDisposable
{
    // For a node that will never be ready; how long a start takes is up to the machine.
    private static readonly TimeSpan StartTimeMax = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly List<string> _output = [];

    private NodeProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public int ProcessId => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>What the node wrote, for a failure's report.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return string.Join('\n', _output);
            }
        }
    }

    /// <summary>Starts a node and waits until it is ready; with a wrapper in front where one is given.</summary>
    public static async Task<NodeProcess> StartAsync(
        string dataDirectory, int port, IReadOnlyList<string>? options = null, IReadOnlyList<string>? wrapper = null,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var node = Launch(dataDirectory, port, options, wrapper, environment);
        await node.WaitUntilReadyAsync();
        return node;
    }

    /// <summary>Starts a node without waiting.</summary>
    public static NodeProcess Launch(
        string dataDirectory, int port, IReadOnlyList<string>? options = null, IReadOnlyList<string>? wrapper = null,
        IReadOnlyDictionary<string, string>? environment = null) =>
        Launch(new(Programs.Node, dataDirectory, new($"http://127.0.0.1:{port}"))
        {
            Options = options ?? [],
            Wrapper = wrapper ?? [],
            Environment = environment ?? new Dictionary<string, string>(StringComparer.Ordinal),
        });

    /// <summary>Starts a node without waiting.</summary>
    public static NodeProcess Launch(NodeStart node)
    {
        string[] command =
        [
            .. node.Wrapper, "dotnet", node.Program, "serve", "--data", node.DataDirectory, "--url",
            node.Address.GetLeftPart(UriPartial.Authority), .. node.Options,
        ];
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        Programs.KeepFirstCode(start);
        foreach (var (name, value) in node.Environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start.");
        var started = new NodeProcess(process, node.Address);
        process.OutputDataReceived += started.Keep;
        process.ErrorDataReceived += started.Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return started;
    }

    /// <summary>Waits until the node says that it is ready.</summary>
    public async Task WaitUntilReadyAsync()
    {
        using var client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(5) };
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var started = Stopwatch.StartNew();
        while (await timer.WaitForNextTickAsync())
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"The node ended with code {_process.ExitCode}:\n{Output}");
            }

            if (await IsReadyAsync(client))
            {
                return;
            }

            if (started.Elapsed > StartTimeMax)
            {
                throw new TimeoutException($"The node was not ready after {StartTimeMax}:\n{Output}");
            }
        }
    }

    /// <summary>SIGKILL: nothing of the process gets to run another instruction.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
    }

    /// <summary>SIGSTOP: the process stands still and does not know it, until <see cref="ContinueAsync"/>.</summary>
    public Task StopAsync() => SignalAsync("STOP");

    /// <summary>SIGCONT.</summary>
    public Task ContinueAsync() => SignalAsync("CONT");

    public Task WaitForExitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    /// <summary>Whether a node behind a client's address says that it is ready.</summary>
    internal static async Task<bool> IsReadyAsync(HttpClient client)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception refused) when (refused is HttpRequestException or TaskCanceledException)
        {
            // Not listening yet: the caller asks again until its own limit.
            return false;
        }
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
        {
            _output.Add(line.Data ?? "");
            if (_output.Count > 500)
            {
                _output.RemoveRange(0, 100);
            }
        }
    }
}
