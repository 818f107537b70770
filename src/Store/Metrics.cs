using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Exchange.Store;

/// <summary>The stores' figures, named in the manner of OpenTelemetry; SQLite and PostgreSQL count alike.</summary>
public static class Metrics
{
    public const string MeterName = "Exchange.Store";

    private static readonly Meter Meter = new(MeterName);

    private static readonly UpDownCounter<long> QueueLength = Meter.CreateUpDownCounter<long>(
        "exchange.store.queue.length", "{part}", "Parts that wait for a writer.");

    private static readonly UpDownCounter<long> QueueSize = Meter.CreateUpDownCounter<long>(
        "exchange.store.queue.size", "By", "Bytes of the parts that wait for a writer.");

    private static readonly Counter<long> QueueRefused = Meter.CreateCounter<long>(
        "exchange.store.queue.refused", "{part}", "Parts that were refused because too many waited.");

    private static readonly Histogram<int> CommitParts = Meter.CreateHistogram<int>(
        "exchange.store.commit.parts", "{part}", "Parts of one transaction.",
        advice: Sizes());

    private static readonly Histogram<int> CommitEntries = Meter.CreateHistogram<int>(
        "exchange.store.commit.entries", "{entry}", "Entries of one transaction.",
        advice: Sizes());

    private static readonly Histogram<double> CommitDuration = Meter.CreateHistogram<double>(
        "exchange.store.commit.duration", "s", "From beginning a transaction until its outcome.",
        advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries =
                [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
        });

    private static readonly Counter<long> Conflicts = Meter.CreateCounter<long>(
        "exchange.store.conflicts", "{part}", "Parts that the fence refused, by outcome.");

    private static readonly Counter<long> Reconnects = Meter.CreateCounter<long>(
        "exchange.store.reconnects", "{connection}", "Connections that a writer lost and made anew.");

    /// <summary>A part waits for a writer.</summary>
    internal static void Queued(long sizeBytes)
    {
        QueueLength.Add(1);
        QueueSize.Add(sizeBytes);
    }

    /// <summary>Parts left the queue for a transaction.</summary>
    internal static void Taken(int parts, long sizeBytes)
    {
        QueueLength.Add(-parts);
        QueueSize.Add(-sizeBytes);
    }

    /// <summary>A part was refused because the queue is full.</summary>
    internal static void Refused() => QueueRefused.Add(1);

    /// <summary>A transaction came to an end.</summary>
    /// <param name="began">When it began, as <see cref="Stopwatch.GetTimestamp"/> gave it.</param>
    internal static void Committed(CommitSize size, long began, CommitOutcome outcome)
    {
        CommitParts.Record(size.Parts);
        CommitEntries.Record(size.Entries);
        if (CommitDuration.Enabled)
        {
            CommitDuration.Record(
                Stopwatch.GetElapsedTime(began).TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));
        }
    }

    /// <summary>The fence refused a part.</summary>
    internal static void Conflicted(AppendOutcome outcome) =>
        Conflicts.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>A writer has a connection again.</summary>
    internal static void Reconnected() => Reconnects.Add(1);

    private static InstrumentAdvice<int> Sizes() => new()
    {
        HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192],
    };
}

/// <summary>How large a transaction was.</summary>
internal readonly record struct CommitSize(int Parts, int Entries);

/// <summary>What became of a transaction.</summary>
internal enum CommitOutcome
{
    Committed = 1,
    RolledBack = 2,
    Unknown = 3,
}
