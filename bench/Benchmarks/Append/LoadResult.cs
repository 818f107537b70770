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
    internal double LatencyMicroseconds(double share) => LatencyMicroseconds(Latencies, share);

    /// <summary>The same of any latencies; they are put in order.</summary>
    internal static double LatencyMicroseconds(long[] latencies, double share)
    {
        Array.Sort(latencies);
        return System.Diagnostics.Stopwatch
            .GetElapsedTime(0, latencies[(int)(share * (latencies.Length - 1))]).TotalMicroseconds;
    }
}
