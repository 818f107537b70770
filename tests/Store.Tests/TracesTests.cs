using System.Diagnostics;

namespace Exchange.Store.Tests;

public sealed class TracesTests
{
    [Fact]
    public void A_commit_links_its_callers_without_what_they_wrote_into_their_state()
    {
        var trace = ActivityTraceId.CreateRandom();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == Traces.SourceName,
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        var callers = Enumerable.Range(1, 3).Select(_ => new ActivityContext(
            trace, ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded, "state=planted")).ToArray();

        using var commit = Traces.StartCommit("sqlite", callers)!;

        Assert.Equal(callers[0].SpanId, commit.ParentSpanId);
        Assert.Equal(
            callers[1..].Select(each => (each.TraceId, each.SpanId)),
            commit.Links.Select(each => (each.Context.TraceId, each.Context.SpanId)));
        Assert.All(commit.Links, each => Assert.Null(each.Context.TraceState));
    }
}
