using System.Diagnostics;

namespace Exchange.Tests.Shared;

/// <summary>The spans of one trace.</summary>
internal static class SpanTree
{
    /// <summary>The names of the spans above one, from the nearest to the farthest that is known.</summary>
    internal static IEnumerable<string> Above(Activity span, IReadOnlyDictionary<ActivitySpanId, Activity> byId)
    {
        while (byId.TryGetValue(span.ParentSpanId, out var parent))
        {
            yield return parent.OperationName;
            span = parent;
        }
    }
}
