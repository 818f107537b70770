using System.Diagnostics;
using System.Runtime.InteropServices;
using Exchange.Chaos.Nodes;

namespace Exchange.Silo.Tests.Programs;

/// <summary>The program <c>exchange</c> in a process of its own, as an operator runs it.</summary>
public sealed partial class ExchangeProgram : IAsyncDisposable
{
    private const int Terminate = 15;

    private static readonly TimeSpan TimeMax = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly Lines _output = new();
    private readonly Lines _errors = new();

    private ExchangeProgram(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => _output.Add(line.Data);
        process.ErrorDataReceived += (_, line) => _errors.Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Its number in the system.</summary>
    public int ProcessId => _process.Id;

    /// <summary>What it wrote to standard output.</summary>
    public string Output => _output.ToString();

    /// <summary>What it wrote to standard error: what it does, and its log.</summary>
    public string Errors => _errors.ToString();

    public static ExchangeProgram Start(params string[] arguments) => StartWith(keyFile: null, arguments);

    /// <summary>Starts it with the environment naming a file of the master key.</summary>
    public static ExchangeProgram StartWith(string? keyFile, params string[] arguments) =>
        StartIn(keyFile is null ? [] : new() { ["EXCHANGE_MASTER_KEY_FILE"] = keyFile }, arguments);

    /// <summary>Starts it with these variables in its environment, and no other that it reads.</summary>
    public static ExchangeProgram StartIn(Dictionary<string, string> environment, params string[] arguments) =>
        Start(environment, directory: "", arguments);

    /// <summary>Starts it in a folder.</summary>
    public static ExchangeProgram StartAt(string directory, params string[] arguments) =>
        Start([], directory, arguments);

    /// <summary>Runs it to its end.</summary>
    public static Task<Ended> RunAsync(params string[] arguments) => RunWithAsync(keyFile: null, arguments);

    /// <summary>Runs it to its end with these variables in its environment.</summary>
    public static async Task<Ended> RunInAsync(Dictionary<string, string> environment, params string[] arguments)
    {
        await using var program = StartIn(environment, arguments);
        return await program.WaitForEndAsync();
    }

    public static async Task<Ended> RunWithAsync(string? keyFile, params string[] arguments)
    {
        await using var program = StartWith(keyFile, arguments);
        return await program.WaitForEndAsync();
    }

    /// <summary>Waits for a line on either output that contains a text; answers the line.</summary>
    public async Task<string> WaitForLineAsync(string part)
    {
        var ended = _process.WaitForExitAsync();
        using var limit = new CancellationTokenSource(TimeMax);
        while (true)
        {
            // Asked for before the lines are looked at, so that none comes unseen in between.
            var more = Task.WhenAny(_output.More, _errors.More);
            if ((_output.Find(part) ?? _errors.Find(part)) is { } line)
            {
                return line;
            }

            if (ended.IsCompleted || limit.IsCancellationRequested)
            {
                var how = ended.IsCompleted ? $"ended with {_process.ExitCode}" : $"ran for {TimeMax}";
                throw new InvalidOperationException(
                    $"Expected a line with '{part}'; the program {how}:\n{Output}\n{Errors}");
            }

            // Once more after the limit, to tell what is there by then.
            await ((Task)Task.WhenAny(more, ended).WaitAsync(limit.Token))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>SIGTERM, as a supervisor sends it; answers how the program ended.</summary>
    public Task<Ended> TerminateAsync()
    {
        Assert.Equal(0, Kill(_process.Id, Terminate));
        return WaitForEndAsync();
    }

    /// <summary>SIGKILL: nothing of it gets to run another instruction.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    public async Task<Ended> WaitForEndAsync()
    {
        using var limit = new CancellationTokenSource(TimeMax);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException late)
        {
            throw new TimeoutException($"The program did not end within {TimeMax}:\n{Output}\n{Errors}", late);
        }

        return new(_process.ExitCode, Output, Errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private static ExchangeProgram Start(
        Dictionary<string, string> environment, string directory, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in (string[])[Chaos.Nodes.Programs.Node, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        Chaos.Nodes.Programs.KeepFirstCode(start);
        foreach (var name in start.Environment.Keys.ToArray().Where(
            name => name.StartsWith("EXCHANGE_", StringComparison.Ordinal)
                || name.StartsWith("OTEL_", StringComparison.Ordinal)))
        {
            _ = start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new(Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start."));
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int processId, int signal);

    private sealed class Lines
    {
        private readonly List<string> _lines = [];
        private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Ends when another line has come.</summary>
        public Task More
        {
            get
            {
                lock (_lines)
                {
                    return _more.Task;
                }
            }
        }

        public void Add(string? line)
        {
            lock (_lines)
            {
                if (line is not null)
                {
                    _lines.Add(line);
                    _more.SetResult();
                    _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
                }
            }
        }

        public string? Find(string part)
        {
            lock (_lines)
            {
                return _lines.Find(line => line.Contains(part, StringComparison.Ordinal));
            }
        }

        public override string ToString()
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }
}
