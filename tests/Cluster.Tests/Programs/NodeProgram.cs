using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Exchange.Chaos.Nodes;
using Exchange.Cluster.Tests.Hosts;

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
    /// <summary>What a gateway logs while it finds no silo.</summary>
    internal const string NotJoined = "The cluster cannot be joined yet";

    /// <summary>What a node logs that could not read what a silo answered.</summary>
    internal const string NotRead = "did not arrive from its silo";

    private static readonly TimeSpan TimeMax = TimeSpan.FromMinutes(3);

    private readonly Func<Process> _start;
    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly HttpClient _client = new() { Timeout = TimeMax };

    private NodeProgram(Func<Process> start, Uri address)
    {
        (_start, _process, Address) = (start, start(), address);
        _process.OutputDataReceived += (_, line) => Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Add(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What a supervisor and a debugger send.</summary>
    private enum Signal
    {
        Terminate = 15,
        Continue = 18,
        Stop = 19,
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
    internal static NodeProgram Start(ProgramCluster cluster, Release release, params string[] role) => Start(
        cluster, release, cluster.Environment, [.. role, .. OwnPorts()]);

    /// <summary>Starts a silo that is to listen where another node does.</summary>
    internal static NodeProgram StartAt(ProgramCluster cluster, Uri address) => Start(
        cluster, Release.This, cluster.Environment, ["--cluster", .. OwnPorts()], address);

    /// <summary>Starts a node that has to find its cluster by its environment, and by what else it is told.</summary>
    internal static NodeProgram StartBy(
        ProgramCluster cluster, IReadOnlyDictionary<string, string> environment, params string[] options) =>
        Start(cluster, Release.This, environment, options);

    /// <summary>Makes a token with the keys that all nodes share.</summary>
    internal static async Task<string> TokenAsync(ProgramCluster cluster, string role, string subject)
    {
        using var process = Run(cluster, Release.This, cluster.Environment, [
            "token", "--store", "postgres", "--data", cluster.NewFolder(), "--role", role, "--subject", subject]);
        var token = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return token.Trim();
    }

    /// <summary>Starts it anew as a supervisor does, after it ended.</summary>
    internal NodeProgram StartAgain() => new(_start, Address);

    internal Task UntilReadyAsync() => UntilReadyAsync(HttpStatusCode.OK, "");

    /// <summary>Waits until it is not ready, and says why.</summary>
    internal Task UntilNotReadyAsync(string why) => UntilReadyAsync(HttpStatusCode.ServiceUnavailable, why);

    /// <summary>Waits until it looked for a silo so many times more and found none.</summary>
    internal Task UntilNotJoinedAsync(int times)
    {
        var before = CountOf(NotJoined);
        return UntilAsync(() => CountOf(NotJoined) >= before + times);
    }

    /// <summary>Waits until something is so, as long as it runs.</summary>
    internal Task UntilAsync(Func<bool> isSo) => UntilAsync(() => Task.FromResult(isSo()), static () => "");

    internal async Task<bool> IsReadyAsync() => await ReadinessAsync() == HttpStatusCode.OK;

    /// <summary>What it answers to who asks whether it is ready; nothing where it does not listen.</summary>
    internal async Task<HttpStatusCode?> ReadinessAsync()
    {
        var (status, _) = await ReadReadinessAsync();
        return status;
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

    /// <summary>Gives a command under a key.</summary>
    internal Task<NodeAnswer> SendAsync(HttpMethod method, string path, string token, Guid key, JsonNode body) =>
        SendAsync(method, path, token, key, JsonContent.Create(body));

    /// <summary>Gives a command under a key, in whatever form.</summary>
    internal async Task<NodeAnswer> SendAsync(HttpMethod method, string path, string token, Guid key, HttpContent body)
    {
        using var request = Command(method, path, token, key, body);
        using var answer = await _client.SendAsync(request);
        return new(
            answer.StatusCode, answer.Headers.RetryAfter?.Delta,
            answer.Headers.TryGetValues("Idempotent-Replayed", out var replayed) && replayed.Contains("true"),
            await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Sends a command whose text does not end: it is neither answered nor given up by itself.</summary>
    internal async Task SendWithoutEndAsync(string path, string token)
    {
        using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        using var request = Command(
            HttpMethod.Post, path, token, Guid.NewGuid(),
            new EndlessContent { Headers = { ContentType = new("application/json") } });
        using var answer = await client.SendAsync(request);
    }

    /// <summary>Registers a department under a new key, or again under the same; answers its chain's name.</summary>
    internal async Task<string> RegisterAsync(string token, Guid? key = null)
    {
        var answer = await SendAsync(HttpMethod.Post, "/v1/departments", token, key ?? Guid.NewGuid(), new JsonObject
        {
            ["legalName"] = "Office of Poverty Relief",
            ["creditCode"] = "11520000MB1A0001XM",
            ["contact"] = "relief@example.org",
            ["division"] = "52",
            ["authority"] = "poverty-relief",
        });
        Assert.True((int)answer.Status is >= 200 and < 300, $"{answer}\n{Log}");
        return answer.Chain;
    }

    /// <summary>Corrects a department's contact, to another one under each key.</summary>
    /// <param name="department">Its chain.</param>
    internal Task<NodeAnswer> CorrectAsync(string token, string department, Guid key) => SendAsync(
        HttpMethod.Patch, $"/v1/{department.Replace("department/", "departments/", StringComparison.Ordinal)}", token,
        key, new JsonObject { ["contact"] = $"{key}@example.org" });

    /// <summary>SIGTERM, as a supervisor sends it; answers the exit code.</summary>
    internal Task<int> TerminateAsync()
    {
        Send(Signal.Terminate);
        return EndedAsync();
    }

    /// <summary>Waits until it ends by itself; answers the exit code.</summary>
    internal async Task<int> EndedAsync()
    {
        using var limit = new CancellationTokenSource(TimeMax);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>SIGKILL: nothing of it gets to run another instruction.</summary>
    internal async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
    }

    /// <summary>SIGSTOP: it stands still and does not know it, until it is told to go on.</summary>
    internal void StandStill() => Send(Signal.Stop);

    /// <summary>SIGCONT.</summary>
    internal void GoOn() => Send(Signal.Continue);

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
        _client.Dispose();
    }

    private HttpRequestMessage Command(HttpMethod method, string path, string token, Guid key, HttpContent content)
    {
        var request = new HttpRequestMessage(method, new Uri(Address, path)) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Add("Idempotency-Key", key.ToString());
        return request;
    }

    private static string[] OwnPorts() => ["--silo-port", $"{Ports.Free()}", "--gateway-port", $"{Ports.Free()}"];

    private static NodeProgram Start(
        ProgramCluster cluster, Release release, IReadOnlyDictionary<string, string> environment, string[] options,
        Uri? address = null)
    {
        address ??= new($"http://127.0.0.1:{Ports.Free()}");
        string[] arguments =
            ["serve", "--data", cluster.NewFolder(), "--url", address.GetLeftPart(UriPartial.Authority), .. options];
        return new(() => Run(cluster, release, environment, arguments), address);
    }

    private async Task UntilReadyAsync(HttpStatusCode expected, string why)
    {
        (HttpStatusCode? Status, string Why) found = default;
        await UntilAsync(
            async () =>
            {
                found = await ReadReadinessAsync();
                return found.Status == expected && found.Why.Contains(why, StringComparison.Ordinal);
            },
            () => $"{found}");
    }

    private async Task<(HttpStatusCode? Status, string Why)> ReadReadinessAsync()
    {
        try
        {
            using var answer = await OpenAsync("/health/ready", token: null);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }
        catch (HttpRequestException)
        {
            // It does not listen yet.
            return (null, "");
        }
    }

    private Task UntilAsync(Func<Task<bool>> isSo, Func<string> found) => Until.IsSoAsync(
        () =>
        {
            Assert.False(_process.HasExited, Log);
            return isSo();
        },
        () => $"{found()}\n{Log}");

    private async Task<HttpResponseMessage> OpenAsync(string path, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address, path));
        request.Headers.Authorization = token is null ? null : new("Bearer", token);
        return await _client.SendAsync(request);
    }

    private static Process Run(
        ProgramCluster cluster, Release release, IReadOnlyDictionary<string, string> environment, string[] arguments)
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
        foreach (var (name, value) in environment)
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

    private int CountOf(string part) => Log.Split(part).Length - 1;

    private void Send(Signal signal) => Assert.Equal(0, Kill(_process.Id, (int)signal));

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
