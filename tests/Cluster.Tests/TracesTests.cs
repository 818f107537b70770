using System.Collections.Concurrent;
using System.Diagnostics;
using Exchange.Benchmarks.World;
using Exchange.Chaos.Nodes;
using Exchange.Cluster.Hosts;
using Exchange.Cluster.Tests.Hosts;
using Exchange.Cluster.Tests.Programs;
using Exchange.Silo.Tests.Programs;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Orleans.Runtime.Placement;
using static Exchange.Cluster.Tests.DuplicateActivationTests;

namespace Exchange.Cluster.Tests;

/// <summary>One command is one tree, from the node that took it down to the commit on a silo.</summary>
public sealed class TracesTests
{
    private const int Number = 1;
    private const string Commit = "exchange.store.commit";
    private const string Call = "exchange.call";

    private static readonly string[] AboveCommit = ["exchange.append", "exchange.batch", "exchange.submit", Call];

    private static readonly ChainId Household = Parties.HouseholdOf(Number);

    [ServerFact]
    public async Task A_trace_goes_on_from_a_client_to_the_commit_on_a_silo_and_names_nobody()
    {
        using var database = TestDatabase.Create();
        await using var silo = await TestNode.StartSiloAsync(database, TimeProvider.System);
        await using var gateway = await TestNode.StartGatewayAsync(database, TimeProvider.System);
        await new Parties(gateway.Exchange).RegisterAsync();
        await new Parties(gateway.Exchange).RegisterHouseholdAsync(Household);

        await ExpectOneTreeAsync(gateway);
    }

    [ServerFact]
    public async Task A_trace_goes_on_from_one_silo_to_the_commit_on_another_and_names_nobody()
    {
        using var database = TestDatabase.Create();
        await using var asks = await TestNode.StartSiloAsync(database, TimeProvider.System);
        await using var answers = await TestNode.StartSiloAsync(database, TimeProvider.System);
        await TestNode.MeetAsync(asks, answers);
        await new Parties(asks.Exchange).RegisterAsync();
        await RegisterOnAsync(asks, AddressOf(answers));
        Assert.Equal(AddressOf(answers), await WhereIsAsync(asks));

        await ExpectOneTreeAsync(asks);

        // It did not move meanwhile.
        Assert.Equal(AddressOf(answers), await WhereIsAsync(asks));
    }

    [ServerFact]
    public async Task A_silo_records_nothing_of_a_caller_whose_trace_is_not_recorded()
    {
        using var database = TestDatabase.Create();
        await using var silo = await TestNode.StartSiloAsync(database, TimeProvider.System);
        await using var gateway = await TestNode.StartGatewayAsync(database, TimeProvider.System);
        await new Parties(gateway.Exchange).RegisterAsync();
        await new Parties(gateway.Exchange).RegisterHouseholdAsync(Household);
        using var caller = new Activity("caller").Start();
        var calls = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name.StartsWith("Exchange.", StringComparison.Ordinal),

            // As samplers do that go by the parent: what has none begins a trace that is recorded.
            Sample = static (ref creation) =>
                creation.Parent == default || creation.Parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded)
                    ? ActivitySamplingResult.AllDataAndRecorded
                    : ActivitySamplingResult.PropagationData,
            ActivityStopped = activity =>
            {
                if (activity.OperationName == Call)
                {
                    calls.Enqueue(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);

        _ = await AcceptedAsync(gateway.Exchange, Withdrawal(Number));

        await Until.IsSoAsync(() => !calls.IsEmpty, static () => "no call");
        Assert.All(calls, call => Assert.Equal((caller.TraceId, false), (call.TraceId, call.Recorded)));
    }

    [ServerFact]
    public async Task The_spans_of_calls_leave_a_silo_for_the_collector_that_its_environment_names()
    {
        using var cluster = new ProgramCluster();
        await using var collector = await Collector.StartAsync();
        await using var silo = NodeProgram.StartBy(
            cluster,
            cluster.Environment.ToImmutableDictionary().AddRange(collector.Environment)
                .Add("EXCHANGE_SILO_PORT", $"{Ports.Free()}").Add("EXCHANGE_GATEWAY_PORT", $"{Ports.Free()}"),
            "--cluster");
        await silo.UntilReadyAsync();

        var department = await silo.RegisterAsync(
            await NodeProgram.TokenAsync(cluster, "operator", "operator/main"));

        // The last of them leave with the node.
        Assert.Equal(0, await silo.TerminateAsync());
        Assert.Contains(Traces.SourceName, collector.Received, StringComparison.Ordinal);
        Assert.Contains(Call, collector.Received, StringComparison.Ordinal);
        Assert.DoesNotContain(department, collector.Received, StringComparison.Ordinal);
    }

    /// <summary>Gives a command from a node, and holds the spans of all nodes to one tree below its caller.</summary>
    private static async Task ExpectOneTreeAsync(TestNode node)
    {
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

        _ = await AcceptedAsync(node.Exchange, Withdrawal(Number));

        // Some end behind the answer, in whatever order.
        await Until.IsSoAsync(
            () => AboveCommit.Append(Commit).All(name => ended.Any(each => each.OperationName == name)),
            () => string.Join(", ", ended.Select(each => each.OperationName)));
        var all = ended.ToList();
        var byId = all.ToDictionary(each => each.SpanId);
        var commit = Assert.Single(all, each => each.OperationName == Commit);
        Assert.Equal(AboveCommit, SpanTree.Above(commit, byId));
        Assert.Equal(caller.SpanId, all.Single(each => each.OperationName == Call).ParentSpanId);
        Assert.DoesNotContain(
            all.SelectMany(each => each.TagObjects),
            tag => tag.Value?.ToString()?.Contains($"{Household.Key}", StringComparison.Ordinal) == true);
    }

    // What an asynchronous method sets goes with the calls in it and with no later one.
    private static async Task RegisterOnAsync(TestNode node, SiloAddress place)
    {
        RequestContext.Set(IPlacementDirector.PlacementHintKey, place);
        await new Parties(node.Exchange).RegisterHouseholdAsync(Household);
    }

    private static SiloAddress AddressOf(TestNode silo) =>
        silo.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;

    private static async Task<SiloAddress?> WhereIsAsync(TestNode silo)
    {
        var grains = silo.Services.GetRequiredService<IGrainFactory>();
        return await grains.GetGrain<IManagementGrain>(0).GetActivationAddress(
            grains.GetGrain<IChainGrain>(GrainId.Create(Household.KindName, Household.Key.Value)));
    }
}
