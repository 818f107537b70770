using System.Diagnostics;

namespace Exchange.Cluster.Tests.Hosts;

/// <summary>Waits until something can be seen, and says how it was when it never came to be.</summary>
internal static class Until
{
    private static readonly TimeSpan TimeMax = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    internal static Task IsSoAsync(Func<bool> isSo, Func<string> found, TimeSpan? timeMax = null) =>
        IsSoAsync(() => Task.FromResult(isSo()), found, timeMax);

    internal static async Task IsSoAsync(Func<Task<bool>> isSo, Func<string> found, TimeSpan? timeMax = null)
    {
        var bound = timeMax ?? TimeMax;
        using var timer = new PeriodicTimer(Glance);
        var waited = Stopwatch.StartNew();
        while (!await isSo())
        {
            Assert.True(waited.Elapsed < bound, $"waited {bound}, found {found()}");
            _ = await timer.WaitForNextTickAsync();
        }
    }
}
