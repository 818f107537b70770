namespace Exchange.Api.Telemetry;

/// <summary>What was measured of one figure with one combination of tags. Thread-safe.</summary>
/// <param name="bucketCount">How many buckets a histogram has, with the one that has no bound.</param>
internal sealed class MetricSeries(int bucketCount)
{
    private readonly Lock _lock = new();
    private readonly long[] _buckets = new long[bucketCount];
    private double _value;
    private long _count;

    /// <summary>Whether something was measured, and observed still where it is observed.</summary>
    internal bool IsShown { get; private set; }

    internal void Add(double value)
    {
        lock (_lock)
        {
            _value += value;
            IsShown = true;
        }
    }

    internal void Set(double value)
    {
        lock (_lock)
        {
            _value = value;
            IsShown = true;
        }
    }

    internal void Record(double value, ReadOnlySpan<double> bounds)
    {
        // A value on a bound belongs below it: "le" is less or equal.
        var bucket = bounds.BinarySearch(value);
        lock (_lock)
        {
            _buckets[bucket < 0 ? ~bucket : bucket]++;
            _value += value;
            _count++;
            IsShown = true;
        }
    }

    internal void Hide()
    {
        lock (_lock)
        {
            IsShown = false;
        }
    }

    /// <summary>The value, or a histogram's sum, count and buckets, all of one moment.</summary>
    internal (double Value, long Count, ImmutableArray<long> Buckets) Read()
    {
        lock (_lock)
        {
            return (_value, _count, [.. _buckets]);
        }
    }
}
