using System.Diagnostics.Metrics;
using Exchange.Engine.Ports;

namespace Exchange.Engine;

/// <summary>The engine's figures, named in the manner of OpenTelemetry.</summary>
public static class Metrics
{
    public const string MeterName = "Exchange.Engine";

    private static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> Commands = Meter.CreateCounter<long>(
        "exchange.commands", "{command}", "Commands answered, by outcome.");

    private static readonly Histogram<int> BatchEntries = Meter.CreateHistogram<int>(
        "exchange.append.entries", "{entry}", "Entries of one append.");

    private static readonly Histogram<double> AppendDuration = Meter.CreateHistogram<double>(
        "exchange.append.duration", "s", "From handing a part to the store until its outcome.");

    internal static readonly Counter<long> GrainsLoaded = Meter.CreateCounter<long>(
        "exchange.grain.loads", "{grain}", "Grains loaded from the store.");

    internal static readonly UpDownCounter<long> GrainsResident = Meter.CreateUpDownCounter<long>(
        "exchange.grain.resident", "{grain}", "Grains in memory.");

    internal static readonly Counter<long> SnapshotsWritten = Meter.CreateCounter<long>(
        "exchange.snapshots", "{snapshot}", "Snapshots written.");

    internal static readonly Counter<long> ProcessSteps = Meter.CreateCounter<long>(
        "exchange.process.steps", "{step}", "Steps of processes that came to an end, closed or parked.");

    internal static void Appended(int entries, TimeSpan duration, AppendOutcome outcome)
    {
        BatchEntries.Record(entries);
        if (!AppendDuration.Enabled)
        {
            return;
        }

        AppendDuration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));
    }

    internal static void Answered(SubmitOutcome outcome) =>
        Commands.Add(1, new KeyValuePair<string, object?>("outcome", outcome.GetType().Name));
}
