using System.Diagnostics;

namespace Exchange.Silo.Tests.Postgres;

/// <summary>Waits until something is so, and says how it was when it never came to be.</summary>
public static class Waiting
{
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(90);

    public static async Task UntilAsync(Func<Task<bool>> isSoAsync, Func<string> found)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var waited = Stopwatch.StartNew();
        while (!await isSoAsync())
        {
            Assert.True(waited.Elapsed < TimeMax, $"waited {TimeMax}, found {found()}");
            _ = await timer.WaitForNextTickAsync();
        }
    }
}
