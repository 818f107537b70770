using Microsoft.Extensions.Logging;

namespace Exchange.Cluster.Jobs;

/// <summary>One job, run again and again beside its grain's turns, and never twice at once.</summary>
/// <param name="run">Does it once, and answers when to do it again.</param>
internal sealed class RepeatedJob(Func<CancellationToken, Task<TimeSpan>> run, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);

    private TimeSpan _pause;
    private long? _endedAt;

    /// <summary>Ends when nothing of it runs.</summary>
    internal Task Running { get; private set; } = Task.CompletedTask;

    /// <summary>Begins it, if it rests and its time has come. One call at a time.</summary>
    internal void Tick(CancellationToken stopping)
    {
        var isDue = _endedAt is not { } ended || time.GetElapsedTime(ended) >= _pause;
        if (Running.IsCompleted && isDue && !stopping.IsCancellationRequested)
        {
            Running = Task.Run(() => RunAsync(stopping), CancellationToken.None);
        }
    }

    private async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            _pause = await run(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The grain leaves the silo; the next one goes on.
        }
        // Boundary: a job that fails is tried again; the silo serves all the same, and so do the other jobs.
        catch (Exception error)
        {
            _pause = AfterFailure;
            Log.JobFailed(logger, error);
        }
        finally
        {
            _endedAt = time.GetTimestamp();
        }
    }
}
