using System.Diagnostics;
using Exchange.Chaos.Clients;
using Exchange.Silo.Tests.Programs;

namespace Exchange.Silo.Tests.Nodes;

public sealed class RecoveryTests : IDisposable
{
    private const int HouseholdCount = 4;

    private readonly WorkFolder _folder = new();

    [Fact]
    public async Task A_node_is_ready_only_when_the_deliveries_of_its_dead_run_are_closed()
    {
        var (world, delivery) = await LeaveDeliveryAsync(node => node.Program.KillAsync());

        await using var again = await RunningNode.StartAsync(_folder.Data);
        using var client = new HttpClient { BaseAddress = again.Address };
        using var ready = await client.GetAsync(new Uri("/health/ready", UriKind.Relative));
        var answer = await again.Client.GetAsync(world.By.Buyer, $"/v1/deliveries/{delivery}");

        Assert.True(ready.IsSuccessStatusCode);
        Assert.Equal("lost", answer.Expect().Data["status"]!.GetValue<string>());
        Assert.Contains("Closed 1 deliveries of an earlier run", again.Program.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_is_told_to_stop_ends_well_though_somebody_reads_slowly()
    {
        var (world, delivery) = await LeaveDeliveryAsync(async node =>
        {
            var taken = Stopwatch.StartNew();
            _ = (await node.Program.TerminateAsync()).Good();
            Assert.True(taken.Elapsed < TimeSpan.FromSeconds(60), $"{taken.Elapsed}");
        });

        await using var again = await RunningNode.StartAsync(_folder.Data);
        var answer = await again.Client.GetAsync(world.By.Buyer, $"/v1/deliveries/{delivery}");
        Assert.Contains(answer.Expect().Data["status"]!.GetValue<string>(), (string[])["complete", "aborted", "lost"]);
    }

    [Fact]
    public async Task What_a_node_logs_holds_no_request_no_token_and_nothing_about_a_person()
    {
        await using var node = await RunningNode.StartAsync(_folder.Data);
        var world = await WorldOfAsync(node);
        var household = world.Households[0];
        using (var download = await Download.StartAsync(
            node.Client, world.By.Buyer, await AgreeAsync(node, world), World.Key("delivery")))
        {
            await download.ReadAllAsync();
        }

        // Refused, not understood, not found and not allowed must be as silent as what succeeds.
        _ = await node.Client.PostAsync(
            household.Token, $"/v1/households/{household.Id}/consents", World.Key("bad"), World.Texts(["Person 0"]));
        _ = await node.Client.GetAsync(world.By.Buyer, $"/v1/households/{household.Id}");
        _ = await node.Client.GetAsync("eyJhbGciOiJub25lIn0.e30.", $"/v1/households/{household.Id}");
        _ = await node.Client.PutCsvAsync(
            world.By.Department, $"/v1/revisions/{world.Revision}/content", World.Key("again"), "Person 0\u0001\r\n");
        var log = (await node.Program.TerminateAsync()).Good();

        var all = log.Output + log.Errors;
        string[] secrets =
        [
            "Person", World.NumberOf(0), household.Id, household.Member, household.Identifier, "eyJ", "/v1/", "Bearer",
        ];
        foreach (var part in secrets)
        {
            Assert.DoesNotContain(part, all, StringComparison.Ordinal);
        }
    }

    public void Dispose() => _folder.Dispose();

    // The node ends while somebody reads.
    private async Task<(World World, string Delivery)> LeaveDeliveryAsync(Func<RunningNode, Task> endAsync)
    {
        await using var node = await RunningNode.StartAsync(_folder.Data, "--delivery-rows-per-second", "1");
        var world = await WorldOfAsync(node);
        using var download = await Download.StartAsync(
            node.Client, world.By.Buyer, await AgreeAsync(node, world), World.Key("delivery"));
        await download.ReadAsync(rows: 1);
        await endAsync(node);
        return (world, download.Delivery);
    }

    private static async Task<World> WorldOfAsync(RunningNode node)
    {
        var world = await World.BuildAsync(node.Client, node.Data, HouseholdCount);
        foreach (var household in world.Households)
        {
            _ = (await node.Client.PostAsync(
                household.Token, $"/v1/households/{household.Id}/consents", World.Key($"consent {household.Number}"),
                world.Consent())).Expect();
        }

        return world;
    }

    private static async Task<string> AgreeAsync(RunningNode node, World world) =>
        (await node.Client.PostAsync(world.By.Buyer, "/v1/agreements", World.Key("agree"), world.Agreement()))
            .Expect().Data["id"]!.GetValue<string>();
}
