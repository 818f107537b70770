using System.Diagnostics;

namespace Exchange.Cluster.Tests.Programs;

internal sealed partial class NodeProgram
{
    /// <summary>Waits until it ends by itself; answers the exit code.</summary>
    internal async Task<int> EndedAsync()
    {
        using var limit = new CancellationTokenSource(TimeMax);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>Waits until something is so, as long as it runs.</summary>
    internal async Task UntilAsync(Func<bool> isSo)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var waited = Stopwatch.StartNew();
        while (!isSo() && await timer.WaitForNextTickAsync())
        {
            Assert.False(_process.HasExited || waited.Elapsed > TimeMax, Log);
        }
    }
}
