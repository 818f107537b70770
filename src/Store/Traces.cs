using System.Diagnostics;

namespace Exchange.Store;

/// <summary>
/// The stores' part of a trace: one commit serves many callers, so it hangs below the first of them and links the
/// others. No tag names a chain.
/// </summary>
public static class Traces
{
    public const string SourceName = "Exchange.Store";

    private const int LinksMax = 128;

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>The caller's place in its trace, to be kept while the caller's job waits.</summary>
    internal static ActivityContext Here => Activity.Current?.Context ?? default;

    /// <summary>Begins the trace of a transaction; nothing where nobody listens.</summary>
    /// <param name="system">The database's name in the conventions: <c>sqlite</c>, <c>postgresql</c>.</param>
    /// <param name="callers">Where those are that it serves.</param>
    internal static Activity? StartCommit(string system, IEnumerable<ActivityContext> callers)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        ActivityContext[] known = [.. callers.Where(caller => caller.TraceId != default).Take(LinksMax)];
        var activity = Source.StartActivity(
            "exchange.store.commit", ActivityKind.Client, known.FirstOrDefault(),
            links: known.Skip(1).Select(Link));
        return activity?.SetTag("db.system.name", system);
    }

    /// <summary>Ends the trace of a transaction.</summary>
    internal static void End(Activity? commit, CommitSize size, CommitOutcome outcome)
    {
        if (commit is null)
        {
            return;
        }

        _ = commit.SetTag("exchange.parts", size.Parts).SetTag("exchange.entries", size.Entries)
            .SetTag("exchange.outcome", outcome.ToString())
            .SetStatus(outcome == CommitOutcome.Committed ? ActivityStatusCode.Ok : ActivityStatusCode.Error);
        commit.Dispose();
    }

    // Without what a caller wrote into its state: a link is all that another caller's trace says of it.
    private static ActivityLink Link(ActivityContext caller) =>
        new(new(caller.TraceId, caller.SpanId, caller.TraceFlags));
}
