using System.Diagnostics;

namespace Exchange.Engine.Tests.Pipeline;

/// <summary>Where the span of what serves several callers stands.</summary>
public sealed class BatchTraceTests
{
    private static readonly ActivityContext Silent = Caller(ActivityTraceFlags.None);

    [Fact]
    public void A_batch_stands_below_a_caller_that_is_recorded_and_links_the_others()
    {
        using var source = new ActivitySource("batches-of-test");
        using var listener = new ActivityListener
        {
            ShouldListenTo = each => each == source,
            Sample = static (ref creation) => creation.Parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded)
                ? ActivitySamplingResult.AllDataAndRecorded
                : ActivitySamplingResult.None,
        };
        ActivitySource.AddActivityListener(listener);
        var (first, second) = (Caller(ActivityTraceFlags.Recorded), Caller(ActivityTraceFlags.Recorded));

        // More than may be linked, all before those that count.
        var callers = Enumerable.Repeat(Silent, 200).Append(default).Append(first).Append(second);
        using var batch = Traces.StartFor(callers, source, "batch", ActivityKind.Internal);

        Assert.Equal(first.SpanId, batch!.ParentSpanId);
        Assert.Equal([second.SpanId, Silent.SpanId], batch.Links.Select(link => link.Context.SpanId).Distinct());
    }

    private static ActivityContext Caller(ActivityTraceFlags flags) =>
        new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), flags);
}
