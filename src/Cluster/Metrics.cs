using System.Diagnostics.Metrics;

namespace Exchange.Cluster;

/// <summary>The cluster's figures, named in the manner of OpenTelemetry; Orleans' own stand beside them.</summary>
public static class Metrics
{
    public const string MeterName = "Exchange.Cluster";

    private static readonly Meter Meter = new(MeterName);

    internal static readonly Counter<long> CallsLost = Meter.CreateCounter<long>(
        "exchange.cluster.calls.lost", "{call}", "Calls to grains that got no answer.");

    internal static readonly Counter<long> JobPasses = Meter.CreateCounter<long>(
        "exchange.cluster.job.passes", "{pass}", "Passes over due work by this silo.");
}
