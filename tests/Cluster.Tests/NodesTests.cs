using System.Net;
using Exchange.Cluster.Tests.Programs;

namespace Exchange.Cluster.Tests;

/// <summary>A silo and a node without grains, as processes.</summary>
public sealed class NodesTests
{
    [ServerFact]
    public async Task A_node_without_grains_waits_for_its_cluster_and_takes_every_nodes_tokens()
    {
        using var cluster = new ProgramCluster();
        await using var silo = NodeProgram.Start(cluster, Release.This, "--cluster");
        await silo.UntilReadyAsync();
        await using var door = NodeProgram.Start(cluster, Release.This, "--gateway");
        await door.UntilReadyAsync();
        var token = await NodeProgram.TokenAsync(cluster, "operator", "operator/main");
        var buyer = await NodeProgram.TokenAsync(cluster, "buyer", "buyer/acme");

        Assert.StartsWith("department/", await door.RegisterAsync(token), StringComparison.Ordinal);
        Assert.StartsWith("department/", await silo.RegisterAsync(token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, await silo.GetAsync("/dashboard/", token: null));
        Assert.NotEqual(HttpStatusCode.OK, await silo.GetAsync("/dashboard/", buyer));
        Assert.Equal(HttpStatusCode.OK, await silo.GetAsync("/dashboard/", token));
        var figures = await silo.ReadAsync("/metrics", token);
        Assert.Contains("orleans_", figures, StringComparison.Ordinal);
        Assert.Contains("exchange_cluster_", figures, StringComparison.Ordinal);
        Assert.Equal(0, await silo.TerminateAsync());
        Assert.Equal(0, await door.TerminateAsync());
    }

    [ServerFact]
    public async Task A_node_without_grains_that_comes_first_is_ready_once_there_is_a_silo()
    {
        using var cluster = new ProgramCluster();
        await using var door = NodeProgram.Start(cluster, Release.This, "--gateway");
        var early = await door.IsReadyAsync();
        await using var silo = NodeProgram.Start(cluster, Release.This, "--cluster");

        await door.UntilReadyAsync();

        Assert.False(early);
    }
}
