using System.Text.Json.Nodes;
using Exchange.Chaos.Clients;
using Exchange.Chaos.Nodes;

namespace Exchange.Chaos.Limits;

public sealed class LargeContentTests
{
    private const int Households = 100;
    private const int RowsOfEach = 14_000;

    // A heap that the table would fill twice over; the runtime ends a node that wants more.
    private const string HeapLimit = "0x8c00000";

    [Fact]
    public async Task A_table_twice_as_large_as_memory_is_taken_and_delivered()
    {
        var directory = Directory.CreateTempSubdirectory("exchange-large-").FullName;
        try
        {
            var data = Path.Combine(directory, "data");
            await using var node = await NodeProcess.StartAsync(
                data, Ports.Free(),
                environment: new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = HeapLimit });
            using var client = new ExchangeClient(node.Address);
            var world = await World.BuildAsync(client, data, Households);
            foreach (var household in world.Households)
            {
                _ = (await client.PostAsync(
                    household.Token, $"/v1/households/{household.Id}/consents",
                    World.Key($"consent {household.Number}"), world.Consent())).Expect();
            }

            var sent = await PutAsync(client, world);
            var delivered = await DeliverAsync(client, world);

            Assert.True(sent > 2 * Convert.ToInt64(HeapLimit, 16), $"Only {sent} bytes were sent.");
            Assert.Equal(Households * RowsOfEach, delivered);
            Assert.False(node.HasExited, node.Output);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<long> PutAsync(ExchangeClient client, World world)
    {
        var declared = (await client.PostAsync(
            world.By.Department, $"/v1/datasets/{World.Dataset}/revisions", World.Key("declare large"),
            new JsonObject { ["columns"] = World.FirstColumns() })).Expect();
        using var csv = new RepeatedCsv(Households, RowsOfEach);
        var published = (await client.PutCsvAsync(
            world.By.Department, $"/v1/revisions/{declared.Data["id"]!.GetValue<string>()}/content",
            World.Key("put large"), csv)).Expect();
        Assert.Equal(Households * RowsOfEach, published.Data["rowsStored"]!.GetValue<long>());
        return csv.SizeBytes;
    }

    private static async Task<long> DeliverAsync(ExchangeClient client, World world)
    {
        var agreed = (await client.PostAsync(
            world.By.Buyer, "/v1/agreements", World.Key("agree"), world.Agreement())).Expect();
        var started = (await client.PostAsync(
            world.By.Buyer, $"/v1/agreements/{agreed.Data["id"]!.GetValue<string>()}/deliveries",
            World.Key("deliver"))).Expect();
        var delivery = started.Data["id"]!.GetValue<string>();
        using (var content = await client.OpenAsync(world.By.Buyer, $"/v1/deliveries/{delivery}/content"))
        {
            _ = content.EnsureSuccessStatusCode();
            await content.Content.CopyToAsync(Stream.Null);
        }

        var ended = (await client.GetAsync(world.By.Buyer, $"/v1/deliveries/{delivery}")).Expect();
        Assert.Equal("complete", ended.Data["status"]!.GetValue<string>());
        return ended.Data["rows"]!.GetValue<long>();
    }
}
