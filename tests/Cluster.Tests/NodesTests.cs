using System.Net;
using System.Text.Json.Nodes;
using Exchange.Chaos.Nodes;
using Exchange.Cluster.Tests.Hosts;
using Exchange.Cluster.Tests.Programs;

namespace Exchange.Cluster.Tests;

/// <summary>A silo and a node without grains, as processes.</summary>
public sealed class NodesTests
{
    private const string DashboardData = "/dashboard/DashboardCounters";
    private const string Resident = "exchange_grain_resident";

    [ServerFact]
    public async Task Every_node_takes_every_nodes_tokens_and_only_operators_see_the_dashboard()
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
        foreach (var path in new[] { "/dashboard/", "/dashboard/index.min.js", DashboardData })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await silo.GetAsync(path, token: null));
            Assert.Equal(HttpStatusCode.Forbidden, await silo.GetAsync(path, buyer));
            await ShownAsync(silo, path, token);
            Assert.Equal(HttpStatusCode.NotFound, await door.GetAsync(path, token));
        }

        // The page of logs is nobody's.
        Assert.Equal(HttpStatusCode.Forbidden, await silo.GetAsync("/dashboard/Trace", token));
        var data = "";
        await Until.IsSoAsync(
            async () =>
            {
                data = await silo.ReadAsync(DashboardData, token);
                return (int?)JsonNode.Parse(data)!["totalActiveHostCount"] == 1;
            },
            () => data);
        var figures = await silo.ReadAsync("/metrics", token);
        Assert.Contains("orleans_", figures, StringComparison.Ordinal);
        Assert.Contains("exchange_cluster_", figures, StringComparison.Ordinal);

        // All grains are the silo's.
        Assert.Contains(Resident, figures, StringComparison.Ordinal);
        Assert.DoesNotContain(Resident, await door.ReadAsync("/metrics", token), StringComparison.Ordinal);
        Assert.Equal(1L, cluster.Ask("select count(*) from exchange.orleans_member"));
        Assert.Equal(0, await silo.TerminateAsync());
        Assert.True(cluster.CountLeft() == 1, silo.Log);
        Assert.Equal(0, await door.TerminateAsync());
    }

    [ServerFact]
    public async Task A_node_without_grains_is_ready_while_there_is_a_silo_and_the_tables_are_its_own()
    {
        using var cluster = new ProgramCluster();
        await using var door = NodeProgram.Start(cluster, Release.This, "--gateway");
        await door.UntilNotJoinedAsync(times: 3);
        Assert.NotEqual(HttpStatusCode.OK, await door.ReadinessAsync());

        await using var silo = NodeProgram.Start(cluster, Release.This, "--cluster");
        await Task.WhenAll(silo.UntilReadyAsync(), door.UntilReadyAsync());

        await silo.KillAsync();
        await door.UntilNotReadyAsync("No silo");

        await using var again = silo.StartAgain();
        await Task.WhenAll(again.UntilReadyAsync(), door.UntilReadyAsync());

        // As a later release would that this one cannot serve beside.
        _ = cluster.Ask("insert into exchange.migration values (9999, 'later', sha256('later'), 9999)");
        await Task.WhenAll(
            again.UntilNotReadyAsync("tables are not those"), door.UntilNotReadyAsync("tables are not those"));
    }

    [ServerFact]
    public async Task A_node_finds_its_cluster_by_its_environment_alone()
    {
        using var cluster = new ProgramCluster();
        var (siloPort, gatewayPort) = (Ports.Free(), Ports.Free());
        var environment = cluster.EnvironmentByFiles()
            .Add("EXCHANGE_SILO_PORT", $"{siloPort}").Add("EXCHANGE_GATEWAY_PORT", $"{gatewayPort}")
            .Add("EXCHANGE_ADVERTISE", "127.0.0.2")
            .Add("EXCHANGE_CLUSTER_ID", "guiyang").Add("EXCHANGE_SERVICE_ID", "trade");
        await using var silo = NodeProgram.StartBy(cluster, environment, "--cluster");
        await silo.UntilReadyAsync();
        await using var door = NodeProgram.StartBy(cluster, environment, "--gateway");
        await using var stranger = NodeProgram.StartBy(
            cluster, environment.SetItem("EXCHANGE_CLUSTER_ID", "elsewhere"), "--gateway");

        await door.UntilReadyAsync();
        await stranger.UntilNotJoinedAsync(times: 3);
        Assert.NotEqual(HttpStatusCode.OK, await stranger.ReadinessAsync());
        await StandsInTablesAsync(cluster, silo, $"guiyang 127.0.0.2 {siloPort} {gatewayPort}", service: "trade");
    }

    [ServerFact]
    public async Task What_a_node_is_told_by_options_wins_over_its_environment()
    {
        using var cluster = new ProgramCluster();
        var (siloPort, gatewayPort) = (Ports.Free(), Ports.Free());
        var environment = cluster.EnvironmentByFiles()
            .Add("EXCHANGE_SILO_PORT", $"{Ports.Free()}").Add("EXCHANGE_GATEWAY_PORT", $"{Ports.Free()}")
            .Add("EXCHANGE_ADVERTISE", "127.0.0.3")
            .Add("EXCHANGE_CLUSTER_ID", "elsewhere").Add("EXCHANGE_SERVICE_ID", "other");

        await using var silo = NodeProgram.StartBy(
            cluster, environment, "--cluster", "--silo-port", $"{siloPort}", "--gateway-port", $"{gatewayPort}",
            "--advertise", "127.0.0.2", "--cluster-id", "guiyang", "--service-id", "trade");
        await silo.UntilReadyAsync();
        await using var door = NodeProgram.StartBy(
            cluster, environment, "--gateway", "--cluster-id", "guiyang", "--service-id", "trade");
        await door.UntilReadyAsync();

        await StandsInTablesAsync(cluster, silo, $"guiyang 127.0.0.2 {siloPort} {gatewayPort}", service: "trade");
    }

    /// <summary>The silo is the only member, and sets its reminder up under the service's name.</summary>
    private static async Task StandsInTablesAsync(
        ProgramCluster cluster, NodeProgram silo, string member, string service)
    {
        Assert.Equal(member, cluster.Ask(
            "select string_agg(concat_ws(' ', cluster_id, address, port, proxy_port), ', ') "
            + "from exchange.orleans_member"));

        // The silo sets its reminder up after it is ready.
        string? found = null;
        await Until.IsSoAsync(
            () => (found = cluster.Ask(
                "select string_agg(distinct service_id, ', ') from exchange.orleans_reminder") as string) == service,
            () => $"{found}\n{silo.Log}");
    }

    // The dashboard is Orleans' own: it answers 500 until what it asks for is awake.
    private static async Task ShownAsync(NodeProgram silo, string path, string token)
    {
        HttpStatusCode found = default;
        await Until.IsSoAsync(
            async () => (found = await silo.GetAsync(path, token)) == HttpStatusCode.OK, () => $"{path}: {found}");
    }
}
