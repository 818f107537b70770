using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Exchange.Api.Telemetry;

/// <summary>What a figure is to its reader.</summary>
internal enum MetricKind
{
    Counter = 1,
    Gauge = 2,
    Histogram = 3,
}

/// <summary>One figure with a series for each combination of its tags. Thread-safe.</summary>
internal sealed class MetricFamily
{
    /// <summary>How many series a figure has at most; what comes beyond is added up in one that says so.</summary>
    internal const int SeriesMax = 500;

    private static readonly double[] SecondsBounds =
        [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

    private static readonly double[] OtherBounds =
        [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000];

    private static readonly KeyValuePair<string, object?>[] Overflow = [new("otel.metric.overflow", "true")];

    private readonly ConcurrentDictionary<KeyValuePair<string, object?>[], MetricSeries> _series =
        new(TagsComparer.One);

    private readonly ConcurrentDictionary<string, MetricSeries> _byLabels = new(StringComparer.Ordinal);
    private readonly bool _isObserved;
    private readonly bool _isDelta;
    private readonly double[] _bounds;

    private MetricFamily(Instrument instrument, MetricKind kind, Type form)
    {
        Kind = kind;
        Name = PrometheusText.NameOf(instrument.Name, instrument.Unit, kind);
        Help = instrument.Description ?? "";
        _isObserved = instrument.IsObservable;
        _isDelta = form == typeof(Counter<>) || form == typeof(UpDownCounter<>);
        _bounds = kind == MetricKind.Histogram ? BoundsOf(instrument) : [];
    }

    internal string Name { get; }

    internal string Help { get; }

    internal MetricKind Kind { get; }

    /// <summary>The upper bounds of a histogram's buckets, without the last one, which has none.</summary>
    internal ReadOnlySpan<double> Bounds => _bounds;

    /// <summary>The series with their labels as the page writes them.</summary>
    internal IEnumerable<KeyValuePair<string, MetricSeries>> Series => _byLabels
        .Where(pair => pair.Value.IsShown)
        .OrderBy(pair => pair.Key, StringComparer.Ordinal);

    /// <summary>The family of an instrument; nothing where its kind is unknown.</summary>
    internal static MetricFamily? TryDescribe(Instrument instrument)
    {
        var type = instrument.GetType();
        while (type is { IsGenericType: false })
        {
            type = type.BaseType;
        }

        var form = type?.GetGenericTypeDefinition();
        MetricKind? kind =
            form == typeof(Counter<>) || form == typeof(ObservableCounter<>) ? MetricKind.Counter
            : form == typeof(Histogram<>) ? MetricKind.Histogram
            : form == typeof(UpDownCounter<>) || form == typeof(ObservableUpDownCounter<>)
                || form == typeof(Gauge<>) || form == typeof(ObservableGauge<>) ? MetricKind.Gauge
            : null;
        return kind is { } known ? new(instrument, known, form!) : null;
    }

    internal void Add(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = Find(tags);
        if (Kind == MetricKind.Histogram)
        {
            series.Record(value, _bounds);
        }
        else if (_isDelta)
        {
            series.Add(value);
        }
        else
        {
            series.Set(value);
        }
    }

    /// <summary>Forgets what was observed before: what is not observed again is gone.</summary>
    internal void BeginObserving()
    {
        if (_isObserved)
        {
            foreach (var series in _byLabels.Values)
            {
                series.Hide();
            }
        }
    }

    private MetricSeries Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var known = _series.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
        if (known.TryGetValue(tags, out var found))
        {
            return found;
        }

        var key = _byLabels.Count < SeriesMax ? tags.ToArray() : Overflow;
        var series = _byLabels.GetOrAdd(PrometheusText.LabelsOf(key), _ => new(_bounds.Length + 1));
        return _series.GetOrAdd(key, series);
    }

    private static double[] BoundsOf(Instrument instrument)
    {
        var advised = instrument switch
        {
            Histogram<double> each => each.Advice?.HistogramBucketBoundaries,
            Histogram<int> each => each.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound),
            Histogram<long> each => each.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound),
            _ => null,
        };
        return advised?.ToArray() ?? (instrument.Unit == "s" ? SecondsBounds : OtherBounds);
    }
}
