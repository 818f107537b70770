using System.Collections.Concurrent;
using System.Diagnostics;
using Exchange.Benchmarks.World;
using Exchange.Cluster.Tests.Hosts;
using static Exchange.Cluster.Tests.DuplicateActivationTests;

namespace Exchange.Cluster.Tests;

/// <summary>One command is one tree, from the node that took it down to the commit on a silo.</summary>
public sealed class TracesTests
{
    [ServerFact]
    public async Task A_trace_goes_on_from_a_client_to_the_commit_on_a_silo_and_names_nobody()
    {
        using var database = TestDatabase.Create();
        await using var silo = await TestNode.StartSiloAsync(database, TimeProvider.System);
        await using var gateway = await TestNode.StartGatewayAsync(database, TimeProvider.System);
        await new Parties(gateway.Exchange).RegisterAsync();
        await new Parties(gateway.Exchange).RegisterHouseholdAsync(Parties.HouseholdOf(1));
        using var caller = new Activity("caller") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name.StartsWith("Exchange.", StringComparison.Ordinal),
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == caller.TraceId)
                {
                    ended.Enqueue(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);

        _ = await AcceptedAsync(gateway.Exchange, Withdrawal(1));

        // The last ones end behind the answer.
        SpinWait.SpinUntil(
            () => ended.Any(each => each.OperationName == "exchange.call"), TimeSpan.FromSeconds(30));
        var all = ended.ToList();
        var byId = all.ToDictionary(each => each.SpanId);
        var commit = Assert.Single(all, each => each.OperationName == "exchange.store.commit");
        Assert.Equal(
            ["exchange.append", "exchange.batch", "exchange.submit", "exchange.call"], SpanTree.Above(commit, byId));
        Assert.Equal(caller.SpanId, all.Single(each => each.OperationName == "exchange.call").ParentSpanId);
        Assert.DoesNotContain(
            all.SelectMany(each => each.TagObjects),
            tag => tag.Value?.ToString()?.Contains($"{Parties.HouseholdOf(1).Key}", StringComparison.Ordinal) == true);
    }
}
