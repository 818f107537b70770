using System.Collections.Frozen;
using System.Diagnostics;
using OpenTelemetry;

namespace Exchange.Silo.Node;

/// <summary>
/// Takes everything off a span that is not known to name nobody, before it leaves. The web server's spans carry paths
/// with ids of households, addresses and programs of callers; what callers may write into a trace is theirs to know.
/// </summary>
internal sealed class NamelessSpans : BaseProcessor<Activity>
{
    internal const string WebServer = "Microsoft.AspNetCore";

    private const string Method = "http.request.method";
    private const string Route = "http.route";

    private static readonly FrozenSet<string> Kept = FrozenSet.Create(
        StringComparer.Ordinal,
        Method, Route, "http.response.status_code", "error.type", "network.protocol.name", "network.protocol.version",
        "db.system.name",
        "exchange.commands", "exchange.entries", "exchange.kind", "exchange.outcome", "exchange.parts",
        "exchange.refusal", "exchange.replayed");

    /// <summary>Before the first span below this one is made, which would carry the state on.</summary>
    public override void OnStart(Activity data) => data.TraceStateString = null;

    public override void OnEnd(Activity data)
    {
        foreach (var (name, _) in data.TagObjects.Where(static tag => !Kept.Contains(tag.Key)).ToArray())
        {
            _ = data.SetTag(name, null);
        }

        // By the conventions a request is called by its method and route, which no listed tag can betray.
        data.DisplayName = data.Source.Name != WebServer ? data.OperationName
            : data.GetTagItem(Route) is { } route ? $"{data.GetTagItem(Method)} {route}"
            : data.GetTagItem(Method)?.ToString() ?? data.OperationName;

        // Without its description, which may be an exception's message.
        _ = data.SetStatus(data.Status);
    }
}
