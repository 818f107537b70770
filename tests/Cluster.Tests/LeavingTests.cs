using Exchange.Cluster.Tests.Programs;
using Npgsql;

namespace Exchange.Cluster.Tests;

/// <summary>Silos as processes that have to end: because they cannot serve, or before they joined.</summary>
public sealed class LeavingTests
{
    private const int Departments = 24;
    private const string Unfit = "Another silo can serve and this one cannot";
    private const string Connection = "EXCHANGE_POSTGRES";
    private const string OwnerConnection = "EXCHANGE_POSTGRES_OWNER";

    [ServerFact]
    public async Task A_silo_that_is_cut_off_from_the_database_ends_and_the_other_serves_all_grains()
    {
        using var cluster = new ProgramCluster();
        await using var stays = NodeProgram.Start(cluster, Release.This, "--cluster");
        await stays.UntilReadyAsync();
        var token = await NodeProgram.TokenAsync(cluster, "operator", "operator/main");
        using var line = Reroute(cluster);
        await using var leaves = NodeProgram.Start(cluster, Release.This, "--cluster");
        await leaves.UntilReadyAsync();
        var keys = Enumerable.Range(0, Departments).Select(_ => Guid.NewGuid()).ToArray();
        var chains = await Task.WhenAll(keys.Select(key => leaves.RegisterAsync(token, key)));

        line.Cut();
        var code = await leaves.EndedAsync();

        Assert.True(code == 1, leaves.Log);
        Assert.Contains(Unfit, leaves.Log, StringComparison.Ordinal);
        await stays.UntilReadyAsync();
        Assert.Equal(chains, await Task.WhenAll(keys.Select(key => stays.RegisterAsync(token, key))));
    }

    [ServerFact]
    public async Task A_silo_that_cannot_serve_leaves_its_cluster_although_a_request_does_not_end()
    {
        using var cluster = new ProgramCluster();
        await using var stays = NodeProgram.Start(cluster, Release.This, "--cluster");
        await stays.UntilReadyAsync();
        var token = await NodeProgram.TokenAsync(cluster, "operator", "operator/main");
        using var line = Reroute(cluster);
        await using var leaves = NodeProgram.Start(cluster, Release.This, "--cluster");
        await leaves.UntilReadyAsync();
        var request = leaves.SendWithoutEndAsync("/v1/departments", token);

        line.Hold();
        await leaves.UntilAsync(() => leaves.Log.Contains(Unfit, StringComparison.Ordinal));
        line.Release();
        var code = await leaves.EndedAsync();

        // It was not answered, but cut.
        _ = await Assert.ThrowsAnyAsync<HttpRequestException>(() => request);
        Assert.True(code == 1, leaves.Log);
        Assert.True(cluster.CountLeft() == 1, leaves.Log);
    }

    [ServerFact]
    public async Task A_silo_that_cannot_listen_leaves_the_cluster_that_it_has_joined()
    {
        using var cluster = new ProgramCluster();
        await using var stays = NodeProgram.Start(cluster, Release.This, "--cluster");
        await stays.UntilReadyAsync();

        await using var leaves = NodeProgram.StartAt(cluster, stays.Address);
        var code = await leaves.EndedAsync();

        Assert.True(code == 1, leaves.Log);
        Assert.Contains("listen on", leaves.Log, StringComparison.Ordinal);
        Assert.True(cluster.CountLeft() == 1, leaves.Log);
    }

    [ServerFact]
    public async Task A_silo_that_is_told_to_stop_while_it_joins_stops()
    {
        using var cluster = new ProgramCluster();
        await using (var dead = NodeProgram.Start(cluster, Release.This, "--cluster"))
        {
            await dead.UntilReadyAsync();
        }

        // Nobody gives up a silo that was alive a moment ago: the next one tries to reach it for minutes.
        _ = cluster.Ask("update exchange.orleans_member set alive_at = now() + interval '1 day'");
        await using var joins = NodeProgram.Start(cluster, Release.This, "--cluster");
        await joins.UntilAsync(() => cluster.Ask(
            "select count(*) from exchange.orleans_member where status = 2") is 1L);

        var code = await joins.TerminateAsync();

        Assert.True(code == 1, $"{code}\n{joins.Log}");
        Assert.Contains("Stopped before the end.", joins.Log, StringComparison.Ordinal);
    }

    // From now on nodes are started with a database that only this line leads to.
    private static CutLine Reroute(ProgramCluster cluster)
    {
        var environment = (IDictionary<string, string>)cluster.Environment;
        var server = new NpgsqlConnectionStringBuilder(environment[Connection]);
        var line = new CutLine(Path.Combine(server.Host!, $".s.PGSQL.{server.Port}"));
        foreach (var name in new[] { Connection, OwnerConnection })
        {
            environment[name] = new NpgsqlConnectionStringBuilder(environment[name])
            {
                Host = "127.0.0.1",
                Port = line.Port,
            }.ConnectionString;
        }

        return line;
    }
}
