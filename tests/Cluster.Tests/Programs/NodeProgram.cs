using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json;
using Exchange.Chaos.Nodes;

namespace Exchange.Cluster.Tests.Programs;

/// <summary>Which release of the program.</summary>
internal enum Release
{
    This = 1,

    /// <summary>Knows one form more of messages and events, and one script more; writes events as this one.</summary>
    Next = 2,

    /// <summary>Writes events in the form that the next one only reads.</summary>
    AfterNext = 3,
}

/// <summary>The program <c>exchange</c> of a build with Orleans, in a process of its own.</summary>
internal sealed partial class NodeProgram : IAsyncDisposable
{
    private const int Terminate = 15;

    private static readonly TimeSpan TimeMax = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly HttpClient _client = new();

    private NodeProgram(Process process, Uri address)
    {
        (_process, Address) = (process, address);
        process.OutputDataReceived += (_, line) => Add(line.Data);
        process.ErrorDataReceived += (_, line) => Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    internal Uri Address { get; }

    internal string Log
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <summary>Starts a node; whoever needs it waits until it is ready.</summary>
    internal static NodeProgram Start(ProgramCluster cluster, Release release, params string[] role)
    {
        var port = Ports.Free();
        string[] arguments =
        [
            "serve", .. role, "--data", cluster.NewFolder(), "--url", $"http://127.0.0.1:{port}",
            "--silo-port", $"{Ports.Free()}", "--gateway-port", $"{Ports.Free()}",
        ];
        return new(Run(cluster, release, arguments), new($"http://127.0.0.1:{port}"));
    }

    /// <summary>Makes a token with the keys that all nodes share.</summary>
    internal static async Task<string> TokenAsync(ProgramCluster cluster, string role, string subject)
    {
        using var process = Run(cluster, Release.This, [
            "token", "--store", "postgres", "--data", cluster.NewFolder(), "--role", role, "--subject", subject]);
        var token = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return token.Trim();
    }

    internal async Task UntilReadyAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var waited = Stopwatch.StartNew();
        while (await timer.WaitForNextTickAsync() && !await IsReadyAsync())
        {
            Assert.False(_process.HasExited || waited.Elapsed > TimeMax, Log);
        }
    }

    internal async Task<bool> IsReadyAsync()
    {
        try
        {
            return (await _client.GetAsync(new Uri(Address, "/health/ready"))).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // It does not listen yet.
            return false;
        }
    }

    internal async Task<HttpStatusCode> GetAsync(string path, string? token)
    {
        using var answer = await OpenAsync(path, token);
        return answer.StatusCode;
    }

    internal async Task<string> ReadAsync(string path, string token)
    {
        using var answer = await OpenAsync(path, token);
        return await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
    }

    /// <summary>Registers a department under a new key, or again under the same; answers its chain's name.</summary>
    internal async Task<string> RegisterAsync(string token, Guid? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, "/v1/departments"))
        {
            Content = JsonContent.Create(new
            {
                legalName = "Office of Poverty Relief",
                creditCode = "11520000MB1A0001XM",
                contact = "relief@example.org",
                division = "52",
                authority = "poverty-relief",
            }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Add("Idempotency-Key", (key ?? Guid.NewGuid()).ToString());
        var answer = await _client.SendAsync(request);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {body}\n{Log}");
        return JsonDocument.Parse(body).RootElement.GetProperty("receipt").GetProperty("chain").GetString()!;
    }

    /// <summary>SIGTERM, as a supervisor sends it; answers the exit code.</summary>
    internal async Task<int> TerminateAsync()
    {
        Assert.Equal(0, Kill(_process.Id, Terminate));
        using var limit = new CancellationTokenSource(TimeMax);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _client.Dispose();
    }

    private async Task<HttpResponseMessage> OpenAsync(string path, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address, path));
        request.Headers.Authorization = token is null ? null : new("Bearer", token);
        return await _client.SendAsync(request);
    }

    private static Process Run(ProgramCluster cluster, Release release, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        var program = PathOf(release);
        string[] ahead = release == Release.AfterNext ? ["exec", "--runtimeconfig", cluster.WriteAhead(program)] : [];
        foreach (var argument in (string[])[.. ahead, program, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        Chaos.Nodes.Programs.KeepFirstCode(start);
        foreach (var (name, value) in cluster.Environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
    }

    private static string PathOf(Release release)
    {
        var path = release != Release.This ? Chaos.Nodes.Programs.NextClusterNode : Chaos.Nodes.Programs.ClusterNode;
        Assert.True(File.Exists(path), $"Expected the program at {path}: tests/run.sh builds it.");
        return path;
    }

    private void Add(string? line)
    {
        lock (_lines)
        {
            _lines.Add(line ?? "");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int processId, int signal);
}
