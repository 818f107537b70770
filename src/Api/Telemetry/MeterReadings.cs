using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Exchange.Api.Telemetry;

/// <summary>
/// Adds up what this process measures from the moment it is made: the exchange's own figures, the web server's, the
/// database driver's and the runtime's. Made before anything is opened, so that what goes up and down starts at zero.
/// Thread-safe.
/// </summary>
public sealed class MeterReadings : IDisposable
{
    private static readonly string[] Meters =
        ["Exchange.", "Microsoft.AspNetCore.", "Microsoft.Orleans", "Npgsql", "System.Runtime"];

    private readonly ConcurrentDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();
    private readonly Lock _collecting = new();

    private MeterReadings()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (Meters.Any(each => instrument.Meter.Name.StartsWith(each, StringComparison.Ordinal))
                && MetricFamily.TryDescribe(instrument) is { } made)
            {
                // Two meters of one name, as two hosts in a process have them, add up to one figure.
                listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(made.Name, made));
            }
        };
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, state) => Add(value, tags, state));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, state) => Add(value, tags, state));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => Add(value, tags, state));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => Add(value, tags, state));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, state) => Add(value, tags, state));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => Add(value, tags, state));
        _listener.SetMeasurementEventCallback<decimal>(
            static (_, value, tags, state) => Add((double)value, tags, state));
    }

    /// <summary>Begins to listen.</summary>
    public static MeterReadings Start()
    {
        var readings = new MeterReadings();
        readings._listener.Start();
        return readings;
    }

    public void Dispose() => _listener.Dispose();

    /// <summary>All figures as of now, by name.</summary>
    internal ImmutableArray<MetricFamily> Collect()
    {
        // One at a time: what is observed is asked for anew, and what is gone since must not be shown.
        lock (_collecting)
        {
            foreach (var family in _families.Values)
            {
                family.BeginObserving();
            }

            _listener.RecordObservableInstruments();
            return [.. _families.Values.OrderBy(family => family.Name, StringComparer.Ordinal)];
        }
    }

    private static void Add(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state) =>
        ((MetricFamily)state!).Add(value, tags);
}
