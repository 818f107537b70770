using System.Diagnostics;
using Exchange.Engine.Ports;

namespace Exchange.Engine;

/// <summary>
/// The engine's part of a trace: from a command to the batch that decided it and the append that stored it. A batch
/// serves many commands, so it hangs below the first of them and links the others. Tags name the kind of a chain and
/// never a chain: whose it is, is nobody's business who reads traces.
/// </summary>
public static class Traces
{
    public const string SourceName = "Exchange.Engine";

    private const int LinksMax = 128;

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>The caller's place in its trace, to be kept while what it asked for waits.</summary>
    public static ActivityContext Here => Activity.Current?.Context ?? default;

    /// <summary>
    /// Begins what serves several callers: it hangs below the first of them that is recorded and links the others;
    /// nothing where nobody listens.
    /// </summary>
    /// <param name="callers">Where they are; the default where one has no trace.</param>
    /// <param name="source">Whose span it is.</param>
    public static Activity? StartFor(
        IEnumerable<ActivityContext> callers, ActivitySource source, string name, ActivityKind kind)
    {
        if (!source.HasListeners())
        {
            return null;
        }

        ActivityContext[] known =
        [
            .. callers.Where(caller => caller.TraceId != default)
                .OrderByDescending(caller => caller.TraceFlags & ActivityTraceFlags.Recorded).Take(LinksMax),
        ];
        return source.StartActivity(
            name, kind, known.FirstOrDefault(), links: known.Skip(1).Select(Link));
    }

    internal static Activity? StartSubmit(ChainId chain) =>
        Source.StartActivity("exchange.submit")?.SetTag("exchange.kind", chain.Kind.ToString());

    /// <summary>Begins the trace of a batch; nothing where nobody listens.</summary>
    internal static Activity? StartBatch(ChainId chain, IEnumerable<Pipeline.Submission> commands) => StartFor(
        commands.Select(command => command.Caller), Source, "exchange.batch", ActivityKind.Internal)
        ?.SetTag("exchange.kind", chain.Kind.ToString());

    internal static Activity? StartDecide(int commands) =>
        Source.StartActivity("exchange.decide")?.SetTag("exchange.commands", commands);

    internal static Activity? StartAppend(int entries) =>
        Source.StartActivity("exchange.append")?.SetTag("exchange.entries", entries);

    /// <summary>What a command came to.</summary>
    internal static void Answered(Activity? submit, SubmitOutcome outcome)
    {
        if (submit is null)
        {
            return;
        }

        _ = submit.SetTag("exchange.outcome", outcome.GetType().Name);
        _ = outcome switch
        {
            SubmitOutcome.Refused refused => submit.SetTag("exchange.refusal", refused.Reason.ToString()),
            SubmitOutcome.Accepted accepted => submit.SetTag("exchange.replayed", accepted.Replayed),
            _ => submit.SetStatus(ActivityStatusCode.Error),
        };
    }

    /// <summary>What became of a part.</summary>
    internal static void Appended(Activity? append, AppendOutcome outcome) =>
        _ = append?.SetTag("exchange.outcome", outcome.ToString())
            .SetStatus(outcome == AppendOutcome.Stored ? ActivityStatusCode.Ok : ActivityStatusCode.Error);

    // Without what a caller wrote into its state: a link is all that another caller's trace says of it.
    private static ActivityLink Link(ActivityContext caller) =>
        new(new(caller.TraceId, caller.SpanId, caller.TraceFlags));
}
