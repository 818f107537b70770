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
        var left = await old.TerminateAsync();
        chains = [.. chains, .. await RegisterAsync(token, oldDoor, nextDoor, next)];

        Assert.Equal(0, left);
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
}
