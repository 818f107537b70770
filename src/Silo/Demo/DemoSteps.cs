using System.Diagnostics;

namespace Exchange.Silo.Demo;

/// <summary>Says what happens: a line per step, and how far it is where it takes longer than a second.</summary>
internal sealed class DemoSteps(TextWriter output)
{
    private readonly Stopwatch _sinceStart = Stopwatch.StartNew();
    private TimeSpan _lastProgress;

    internal async Task SayAsync(string line)
    {
        await output.WriteLineAsync($"[{_sinceStart.Elapsed.TotalSeconds,6:0.0} s] {line}");
        _lastProgress = _sinceStart.Elapsed;
    }

    /// <summary>Says how far a step is, at most once a second.</summary>
    internal async Task ProgressAsync(string what, long done, long? total = null)
    {
        if (_sinceStart.Elapsed - _lastProgress > TimeSpan.FromSeconds(1))
        {
            await SayAsync(total is { } all ? $"  {what}: {done} of {all}" : $"  {what}: {done}");
        }
    }

    /// <summary>Does the same for each item, 32 at once, and says how far it is.</summary>
    internal async Task ForEachAsync<T>(string what, IReadOnlyCollection<T> items, Func<T, Task> body)
    {
        var done = 0;
        var working = Parallel.ForEachAsync(
            items, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (item, cancellationToken) =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                await body(item);
                _ = Interlocked.Increment(ref done);
            });
        while (await Task.WhenAny(working, Task.Delay(TimeSpan.FromMilliseconds(250))) != working)
        {
            await ProgressAsync(what, Volatile.Read(ref done), items.Count);
        }

        await working;
    }
}
