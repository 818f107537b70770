using System.Text.Json.Nodes;
using Exchange.Chaos.Clients;
using Exchange.Chaos.Nodes;

namespace Exchange.Chaos.Pairs;

public sealed class StoppedNodeTests
{
    private const int HouseholdCount = 8;

    // The node that goes on, and the one that stands still for longer than its leases.
    private const int Running = 0;
    private const int Stopped = 1;

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan TakeoverMax = TimeSpan.FromMinutes(3);

    [ServerFact]
    public async Task A_node_that_stood_still_answers_nothing_stale_and_finishes_nothing_twice()
    {
        await using var pair = await TwoNodes.StartAsync(HouseholdCount, "--delivery-rows-per-second", "2");
        var (world, household) = (pair.World, pair.World.Households[0]);
        var consents = await ConsentAsync(pair);
        using var download = await Download.StartAsync(
            pair.Clients[Stopped], world.By.Buyer, await AgreeAsync(pair, "before"), World.Key("delivery"));
        await download.ReadAsync(rows: 1);

        await pair.Nodes.Nodes[Stopped].StopAsync();
        var withdrawn = await WithdrawAsync(pair, Running, household);
        var agreement = await AgreeAsync(pair, "meanwhile");
        var reading = pair.Clients[Stopped].GetAsync(
            household.Token, $"/v1/households/{household.Id}/consents/{consents[0]}");
        var repeating = WithdrawAsync(pair, Stopped, household);
        var agreeing = pair.Clients[Stopped].GetAsync(world.By.Buyer, $"/v1/agreements/{agreement}");
        await UntilLostAsync(pair, download.Delivery);
        await pair.Nodes.Nodes[Stopped].ContinueAsync();

        Assert.False((await reading).Expect().Data["live"]!.GetValue<bool>());
        Assert.Equal(withdrawn.Receipt.ToJsonString(), (await repeating).Receipt.ToJsonString());
        Assert.True((await agreeing).IsSuccess);
        await ReadToBreakAsync(download);
        Assert.True(download.Rows.Count < HouseholdCount, $"expected a broken delivery, found {download.Rows.Count}");
        await pair.Nodes.WaitUntilReadyAsync();
        _ = await AgreeAsync(pair, "after");
        foreach (var client in pair.Clients)
        {
            Assert.Equal("lost", await StatusAsync(client, world, download.Delivery));
        }

        var end = await pair.ReckonAsync(Stopped);
        Assert.True(end.IsGood, $"{end}");
        Assert.Equal(1, end.Check.LostDeliveries);
    }

    // Through the node that will stop, so that it keeps what it believes of the households.
    private static async Task<IReadOnlyList<string>> ConsentAsync(TwoNodes pair)
    {
        var consents = new List<string>();
        foreach (var household in pair.World.Households)
        {
            var given = await pair.Clients[Stopped].PostAsync(
                household.Token, $"/v1/households/{household.Id}/consents", World.Key($"consent {household.Number}"),
                pair.World.Consent());
            consents.Add(given.Expect().Data["id"]!.GetValue<string>());
        }

        return consents;
    }

    private static async Task<Answer> WithdrawAsync(TwoNodes pair, int node, WorldHousehold household) =>
        (await pair.Clients[node].PostAsync(
            household.Token, $"/v1/households/{household.Id}/withdraw", World.Key("withdraw"),
            new JsonObject { ["scope"] = "everything" })).Expect();

    private static async Task<string> AgreeAsync(TwoNodes pair, string step) =>
        (await pair.Clients[Running].PostAsync(
            pair.World.By.Buyer, "/v1/agreements", World.Key($"agree {step}"), pair.World.Agreement()))
        .Expect().Data["id"]!.GetValue<string>();

    // When the other node closed the delivery, the leases of the one that stands still are over.
    private static async Task UntilLostAsync(TwoNodes pair, string delivery)
    {
        using var patience = new CancellationTokenSource(TakeoverMax);
        while (await StatusAsync(pair.Clients[Running], pair.World, delivery) != "lost")
        {
            await Task.Delay(Glance, patience.Token);
        }
    }

    private static async Task<string> StatusAsync(ExchangeClient client, World world, string delivery) =>
        (await client.GetAsync(world.By.Buyer, $"/v1/deliveries/{delivery}"))
        .Expect().Data["status"]!.GetValue<string>();

    private static async Task ReadToBreakAsync(Download download)
    {
        try
        {
            await download.ReadAllAsync();
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            // What is cut off shows as such to its reader.
        }
    }
}
