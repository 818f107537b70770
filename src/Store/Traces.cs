using System.Diagnostics;

namespace Exchange.Store;

/// <summary>
/// The stores' part of a trace: one commit serves many callers, so it hangs below the first of them and links the
/// others. No tag names a chain.
/// </summary>
public static class Traces
{
    public const string SourceName = "Exchange.Store";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Begins the trace of a transaction; nothing where nobody listens.</summary>
    /// <param name="system">The database's name in the conventions: <c>sqlite</c>, <c>postgresql</c>.</param>
    /// <param name="callers">Where those are that it serves.</param>
    internal static Activity? StartCommit(string system, IEnumerable<ActivityContext> callers) =>
        Engine.Traces.StartFor(callers, Source, "exchange.store.commit", ActivityKind.Client)
            ?.SetTag("db.system.name", system);

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
}
