using System.Diagnostics;
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

    private static readonly Histogram<double> CommandDuration = Meter.CreateHistogram<double>(
        "exchange.command.duration", "s", "From taking a command until its answer, by outcome.", advice: Durations());

    internal static readonly UpDownCounter<long> CommandsActive = Meter.CreateUpDownCounter<long>(
        "exchange.commands.active", "{command}", "Commands under way.");

    internal static readonly UpDownCounter<long> Waiting = Meter.CreateUpDownCounter<long>(
        "exchange.grain.queue.length", "{item}", "Commands and reads that wait in front of grains.");

    private static readonly Histogram<int> BatchCommands = Meter.CreateHistogram<int>(
        "exchange.batch.commands", "{command}", "Commands that a grain decided at once.", advice: Sizes());

    private static readonly Histogram<int> BatchEntries = Meter.CreateHistogram<int>(
        "exchange.append.entries", "{entry}", "Entries of one append.", advice: Sizes());

    private static readonly Histogram<double> AppendDuration = Meter.CreateHistogram<double>(
        "exchange.append.duration", "s", "From handing a part to the store until its outcome.", advice: Durations());

    private static readonly Counter<long> Conflicts = Meter.CreateCounter<long>(
        "exchange.conflicts", "{batch}", "Batches decided again because another node was first, by outcome.");

    private static readonly Counter<long> GrainLoads = Meter.CreateCounter<long>(
        "exchange.grain.loads", "{grain}", "Grains loaded from the store.");

    private static readonly Histogram<double> GrainLoadDuration = Meter.CreateHistogram<double>(
        "exchange.grain.load.duration", "s", "Time to load a grain from the store.", advice: Durations());

    private static readonly Counter<long> GrainActivations = Meter.CreateCounter<long>(
        "exchange.grain.activations", "{grain}", "Grains that came into memory.");

    private static readonly Counter<long> GrainEvictions = Meter.CreateCounter<long>(
        "exchange.grain.evictions", "{grain}", "Grains that left memory.");

    private static readonly UpDownCounter<long> GrainsResident = Meter.CreateUpDownCounter<long>(
        "exchange.grain.resident", "{grain}", "Grains in memory.");

    internal static readonly Counter<long> SnapshotsWritten = Meter.CreateCounter<long>(
        "exchange.snapshots", "{snapshot}", "Snapshots written.");

    internal static readonly Counter<long> ProcessSteps = Meter.CreateCounter<long>(
        "exchange.process.steps", "{step}", "Steps of processes that came to an end, closed or parked.");

    internal static readonly Counter<long> LeasesTaken = Meter.CreateCounter<long>(
        "exchange.lease.takes", "{lease}", "Leases that this node took.");

    internal static readonly Counter<long> LeasesLost = Meter.CreateCounter<long>(
        "exchange.lease.losses", "{lease}", "Leases that this node lost before it gave them back.");

    internal static void Decided(int commands) => BatchCommands.Record(commands);

    internal static void Appended(int entries, TimeSpan duration, AppendOutcome outcome)
    {
        BatchEntries.Record(entries);
        if (AppendDuration.Enabled)
        {
            AppendDuration.Record(duration.TotalSeconds, Named("outcome", outcome));
        }
    }

    internal static void Conflicted(AppendOutcome outcome)
    {
        if (outcome is AppendOutcome.HeadMoved or AppendOutcome.CommandKnown or AppendOutcome.TimePassed
            or AppendOutcome.CitedMoved)
        {
            Conflicts.Add(1, Named("outcome", outcome));
        }
    }

    /// <param name="began">When the command came, as <see cref="Stopwatch.GetTimestamp"/> gave it.</param>
    internal static void Answered(SubmitOutcome outcome, long began)
    {
        var named = Named("outcome", outcome.GetType().Name);
        Commands.Add(1, named);
        if (CommandDuration.Enabled)
        {
            CommandDuration.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, named);
        }
    }

    /// <param name="began">When the load began, as <see cref="Stopwatch.GetTimestamp"/> gave it.</param>
    internal static void Loaded(long began)
    {
        GrainLoads.Add(1);
        GrainLoadDuration.Record(Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    internal static void Activated()
    {
        GrainActivations.Add(1);
        GrainsResident.Add(1);
    }

    internal static void Evicted()
    {
        GrainEvictions.Add(1);
        GrainsResident.Add(-1);
    }

    private static KeyValuePair<string, object?> Named(string name, object value) => new(name, value);

    private static InstrumentAdvice<int> Sizes() => new()
    {
        HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024],
    };

    private static InstrumentAdvice<double> Durations() => new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
    };
}
