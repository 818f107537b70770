using System.Diagnostics.Tracing;
using Microsoft.Extensions.Logging;

namespace Exchange.Silo.Node;

/// <summary>
/// Tells what keeps spans from the collector, or which setting of the export is not understood: each kind of trouble
/// now and then, and by its name alone, for the rest may hold an address with a password. Thread-safe.
/// </summary>
internal sealed class TraceTroubles(ILogger logger, TimeProvider time) : EventListener
{
    private static readonly TimeSpan TellEvery = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, long> _told = new(StringComparer.Ordinal);

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name.StartsWith("OpenTelemetry-", StringComparison.Ordinal))
        {
            EnableEvents(eventSource, EventLevel.Warning);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName is { } name && IsDue(name))
        {
            Log.TraceTrouble(logger, name);
        }
    }

    private bool IsDue(string name)
    {
        lock (_told)
        {
            if (_told.TryGetValue(name, out var last) && time.GetElapsedTime(last) < TellEvery)
            {
                return false;
            }

            _told[name] = time.GetTimestamp();
            return true;
        }
    }
}
