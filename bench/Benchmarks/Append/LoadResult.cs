namespace Exchange.Benchmarks.Append;

/// <summary>What one round came to.</summary>
/// <param name="Latencies">Of each answer, in ticks of the stopwatch.</param>
internal sealed record LoadResult(
    long Rows, long Commits, TimeSpan Elapsed, TimeSpan ProcessorTime, long AllocatedBytes, long[] Latencies)
{
    internal double PerSecond => Rows / Elapsed.TotalSeconds;

    internal double ProcessorMicrosecondsEach => ProcessorTime.TotalMicroseconds / Rows;

    internal int RowsPerCommit => (int)Math.Max(1, Math.Round(Rows / (double)Commits));

    /// <summary>The latency that a share of the answers did not exceed, in microseconds.</summary>
    internal double LatencyMicroseconds(double share)
    {
        Array.Sort(Latencies);
        return System.Diagnostics.Stopwatch
            .GetElapsedTime(0, Latencies[(int)(share * (Latencies.Length - 1))]).TotalMicroseconds;
    }
}
