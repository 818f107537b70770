using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;

namespace Exchange.Api.Tests;

/// <summary>One request is one tree, from the web server down to the commit.</summary>
public sealed class TraceTests
{
    private const string WebServer = "Microsoft.AspNetCore";
    private const string WebRequest = "Microsoft.AspNetCore.Hosting.HttpRequestIn";

    [Fact]
    public async Task A_request_is_a_connected_tree_down_to_the_commit_and_names_nobody()
    {
        await using var node = await TestNode.StartAsync(new TestNodeParts { OnDisk = true });
        var trace = ActivityTraceId.CreateRandom();
        var ended = new ConcurrentQueue<Activity>();
        using var answered = new CountdownEvent(2);
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("Exchange.", StringComparison.Ordinal)
                || source.Name == WebServer,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == trace)
                {
                    ended.Enqueue(activity);
                    _ = activity.Source.Name == WebServer && answered.Signal();
                }
            },
        };
        ActivitySource.AddActivityListener(listener);

        await SendAsync(node, trace, HttpMethod.Post, "/v1/departments?planted-query");
        await SendAsync(node, trace, HttpMethod.Get, "/v1/departments/planted-department");

        // The web server ends its own activity behind the answer.
        Assert.True(answered.Wait(TimeSpan.FromSeconds(30)));
        var all = ended.ToList();
        foreach (var name in new[]
        {
            "exchange.submit", "exchange.batch", "exchange.decide", "exchange.append", "exchange.store.commit",
        })
        {
            Assert.Contains(all, each => each.OperationName == name);
        }

        var byId = all.ToDictionary(each => each.SpanId);
        Assert.All(all, each => Assert.True(
            each.Source.Name == WebServer || byId.ContainsKey(each.ParentSpanId),
            $"{each.OperationName} hangs nowhere."));
        var commit = all.First(each => each.OperationName == "exchange.store.commit");
        Assert.Equal(
            ["exchange.append", "exchange.batch", "exchange.submit", WebRequest], SpanTree.Above(commit, byId));
        Assert.DoesNotContain(
            all, each => each.DisplayName.Contains("planted", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(
            all.SelectMany(each => each.TagObjects), tag => tag.Value?.ToString()?.Contains(
                "planted", StringComparison.OrdinalIgnoreCase) == true);
    }

    private static async Task SendAsync(TestNode node, ActivityTraceId trace, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (method == HttpMethod.Post)
        {
            request.Content = JsonContent.Create(Story.DepartmentBody("planted-department", 1));
            request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        }

        request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
        request.Headers.Authorization = new("Bearer", node.Issuer.Issue(
            Ledger.Role.Operator, Ledger.ChainId.Parse("operator/main"), onBehalfOf: null, person: null));
        using var reply = await node.Http.SendAsync(request);
        Assert.True(reply.IsSuccessStatusCode, $"{reply.StatusCode}");
    }
}
