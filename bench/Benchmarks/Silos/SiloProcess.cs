using System.Diagnostics;
using System.Text.Json;

namespace Exchange.Benchmarks.Silos;

/// <summary>A silo that is another process of this program. It leaves with its parent, however that ends.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    private static readonly TimeSpan LeaveTimeMax = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private SiloProcess(Process process) => _process = process;

    /// <summary>What it has used of the processors so far.</summary>
    internal TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Its memory that is in the machine's, with what its runtime keeps for later.</summary>
    internal long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts one, and returns when it has joined.</summary>
    internal static async Task<SiloProcess> StartAsync(SiloPlace place)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        }

        start.ArgumentList.Add(SiloCommand.Name);
        var process = Process.Start(start)!;
        await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(place));
        await process.StandardInput.FlushAsync();
        var answer = await process.StandardOutput.ReadLineAsync();
        return answer == SiloCommand.Joined
            ? new(process)
            : throw new InvalidOperationException($"Expected a silo to say '{SiloCommand.Joined}', found '{answer}'.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(LeaveTimeMax);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine($"A silo did not leave within {LeaveTimeMax}; it is killed.");
            _process.Kill();
        }

        _process.Dispose();
    }
}
