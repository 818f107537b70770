using System.Diagnostics;

namespace Exchange.Cluster;

/// <summary>The cluster's part of a trace: a call that came to the silo of its grain. No tag names a chain.</summary>
public static class Traces
{
    public const string SourceName = "Exchange.Cluster";

    /// <summary>The names under which a place in a trace goes with a call: those of W3C Trace Context.</summary>
    internal const string ParentName = "traceparent";
    internal const string StateName = "tracestate";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Whether somebody listens.</summary>
    internal static bool IsWanted => Source.HasListeners();

    /// <summary>Begins what a call does here; below its caller, where it has one that is understood.</summary>
    internal static Activity? StartCall(string? parent, string? state) => Source.StartActivity(
        "exchange.call", ActivityKind.Server,
        ActivityContext.TryParse(parent, state, isRemote: true, out var caller) ? caller : default);
}
