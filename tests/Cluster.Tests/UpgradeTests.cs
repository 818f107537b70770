using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Exchange.Cluster.Tests.Hosts;
using Exchange.Cluster.Tests.Programs;

namespace Exchange.Cluster.Tests;

/// <summary>Two releases in one cluster, and its nodes replaced one after the other.</summary>
public sealed class UpgradeTests
{
    private const int Departments = 12;

    [ServerFact]
    public async Task Two_releases_serve_together_and_one_replaces_the_other()
    {
        using var cluster = new ProgramCluster();
        await using var old = NodeProgram.Start(cluster, Release.This, "--cluster");
        await old.UntilReadyAsync();
        var token = await NodeProgram.TokenAsync(cluster, "operator", "operator/main");

        // Where else should their grains be.
        var keys = Enumerable.Range(0, Departments).Select(_ => Guid.NewGuid()).ToArray();
        var first = await Task.WhenAll(keys.Select(key => old.RegisterAsync(token, key)));
        await using var next = NodeProgram.Start(cluster, Release.Next, "--cluster");
        await using var oldDoor = NodeProgram.Start(cluster, Release.This, "--gateway");
        await using var nextDoor = NodeProgram.Start(cluster, Release.Next, "--gateway");
        await Task.WhenAll(next.UntilReadyAsync(), oldDoor.UntilReadyAsync(), nextDoor.UntilReadyAsync());

        // The next release brought its tables, and the old one goes on.
        Assert.True(await old.IsReadyAsync());
        var again = await Task.WhenAll(keys.Select(key => nextDoor.RegisterAsync(token, key)));
        var chains = await RegisterAsync(token, oldDoor, nextDoor, old, next);
        await ReadAsync(cluster, chains[0], oldDoor, nextDoor);
        var left = await old.TerminateAsync();
        chains = [.. chains, .. await RegisterAsync(token, oldDoor, nextDoor, next)];

        // And back: the old one starts over the tables of the next.
        await using var back = old.StartAgain();
        await back.UntilReadyAsync();
        chains = [.. chains, .. await RegisterAsync(token, oldDoor, nextDoor, next, back)];

        Assert.Equal(0, left);
        Assert.Equal(1L, cluster.CountLeft());
        Assert.Equal(first, again);
        Assert.Equal(chains.Length, chains.Distinct().Count());

        // The next release wrote to a silo of this one, heard that its form is not known, and wrote in the other.
        Assert.Contains("An older release is in the cluster", nextDoor.Log, StringComparison.Ordinal);
    }

    [ServerFact]
    public async Task A_release_reads_the_events_that_the_one_after_it_writes()
    {
        using var cluster = new ProgramCluster();
        await using var next = NodeProgram.Start(cluster, Release.Next, "--cluster");
        await next.UntilReadyAsync();
        var token = await NodeProgram.TokenAsync(cluster, "operator", "operator/main");
        await using var after = NodeProgram.Start(cluster, Release.AfterNext, "--cluster");
        await after.UntilReadyAsync();

        var keys = Enumerable.Range(0, 2 * Departments).Select(_ => Guid.NewGuid()).ToArray();
        var chains = await Task.WhenAll(keys.Select(key => after.RegisterAsync(token, key)));
        Assert.Equal([1, 2], cluster.EventForms());
        Assert.Equal(0, await after.TerminateAsync());

        // Every grain is loaded by the one that is left, whoever wrote its chain.
        Assert.Equal(chains, await Task.WhenAll(keys.Select(key => next.RegisterAsync(token, key))));
        _ = await RegisterAsync(token, next);
    }

    private static async Task<string[]> RegisterAsync(string token, params NodeProgram[] nodes)
    {
        // So many that both silos host some of them.
        var chains = new List<string>();
        foreach (var node in nodes)
        {
            chains.AddRange(await Task.WhenAll(
                Enumerable.Range(0, Departments).Select(_ => node.RegisterAsync(token))));
        }

        return [.. chains];
    }

    // Whoever takes content reads the state of its dataset, wherever that is. So many that both silos host some.
    private static async Task ReadAsync(ProgramCluster cluster, string department, params NodeProgram[] nodes)
    {
        var token = await NodeProgram.TokenAsync(cluster, "department", department);
        var datasets = await Task.WhenAll(Enumerable.Range(0, Departments).Select(
            number => PostAsync(nodes[0], token, "datasets", Dataset($"poverty-{number}"))));
        foreach (var node in nodes)
        {
            await Task.WhenAll(datasets.Select(dataset => UploadAsync(node, token, dataset)));
            Assert.DoesNotContain(NodeProgram.NotRead, node.Log, StringComparison.Ordinal);
        }
    }

    private static async Task UploadAsync(NodeProgram node, string token, string dataset)
    {
        var revision = await PostAsync(node, token, $"datasets/{dataset}/revisions", new JsonObject
        {
            ["columns"] = new JsonArray(new JsonObject { ["name"] = "cause", ["type"] = "text" }),
        });
        _ = await SendAsync(node, HttpMethod.Put, $"revisions/{revision}/content", token, () => new StringContent(
            "cause\r\nillness\r\n", MediaTypeHeaderValue.Parse("text/csv")));
    }

    private static async Task<string> PostAsync(NodeProgram node, string token, string path, JsonObject body)
    {
        var answer = await SendAsync(node, HttpMethod.Post, path, token, () => JsonContent.Create(body));
        return (string)JsonNode.Parse(answer.Text)!["data"]!["id"]!;
    }

    // As a caller does it: what may not have been done is asked for again, under its key.
    private static async Task<NodeAnswer> SendAsync(
        NodeProgram node, HttpMethod method, string path, string token, Func<HttpContent> body)
    {
        var key = Guid.NewGuid();
        NodeAnswer? answer = null;
        await Until.IsSoAsync(
            async () =>
            {
                answer = await node.SendAsync(method, $"/v1/{path}", token, key, body());
                return answer.Status != HttpStatusCode.ServiceUnavailable;
            },
            () => $"{answer}\n{node.Log}");
        Assert.True((int)answer!.Status is >= 200 and < 300, $"{answer}\n{node.Log}");
        return answer;
    }

    private static JsonObject Dataset(string id) => new()
    {
        ["id"] = id,
        ["description"] = new JsonObject
        {
            ["title"] = new JsonObject { ["en"] = "Register" },
            ["description"] = new JsonObject { ["en"] = "Causes of poverty" },
            ["keywords"] = new JsonArray("poverty"),
            ["themes"] = new JsonArray("government"),
            ["source"] = "Registration cards",
            ["contact"] = "relief@example.org",
            ["spatial"] = new JsonArray("52"),
            ["frequency"] = "monthly",
        },
        ["classification"] = new JsonObject
        {
            ["level"] = "general",
            ["personal"] = "none",
            ["sharing"] = "conditional",
            ["opening"] = "none",
            ["tradeable"] = true,
        },
        ["subject"] = new JsonObject { ["level"] = "none" },
    };
}
