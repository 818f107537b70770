using System.Text.Json.Nodes;
using Exchange.Chaos.Clients;
using Exchange.Chaos.Nodes;

namespace Exchange.Chaos.Flows;

public sealed class PaperConsentFlowTests
{
    private const int HouseholdCount = 8;

    [Fact]
    public async Task A_paper_consent_is_confirmed_delivered_withdrawn_and_audited_over_crashes()
    {
        // Two rows a second make a block of two, so that the withdrawal falls between blocks.
        await using var node = new CrashingNode("--delivery-rows-per-second", "2");
        await node.StartAsync();
        var world = await World.BuildAsync(node.Client, node.DataDirectory, HouseholdCount);
        var consents = await RecordAndConfirmAsync(node, world);
        var agreement = await AgreeAsync(node, world);

        var first = await Download.StartAsync(node.Client, world.By.Buyer, agreement, World.Key("first delivery"));
        using (first)
        {
            await first.ReadAllAsync();
        }

        Assert.Equal("subject,cause,income", first.Header);
        Assert.Equal(HouseholdCount - 1, first.Rows.Count);

        var last = world.Households.Where(household => household.Number != 0).MaxBy(h => h.Id, StringComparer.Ordinal)!;
        var lost = await WithdrawInTheMiddleAsync(node, world, agreement, last, consents[last.Number]);
        await node.CrashAsync();

        var closed = (await node.Client.GetAsync(world.By.Buyer, $"/v1/deliveries/{lost}")).Expect().Data;
        Assert.Equal("lost", closed["status"]!.GetValue<string>());
        await ThirdDeliveryLacksTheHouseholdAsync(node, world, agreement);
        await EvidenceIsAcceptedAsync(node, world);
    }

    // Household 0 signs as well, but nobody confirms: its paper authorises nothing.
    private static async Task<string[]> RecordAndConfirmAsync(CrashingNode node, World world)
    {
        var consents = new string[HouseholdCount];
        foreach (var household in world.Households)
        {
            Task<Answer> Record(ExchangeClient client) => client.PostAsync(
                world.By.FirstOfficer, $"/v1/households/{household.Id}/consents",
                World.Key($"record {household.Number}"), world.Consent(household.Member));

            // The first one over a crash, the others in one go.
            var recorded = household.Number == 0 ? await node.StepAsync(Record) : (await Record(node.Client)).Expect();
            consents[household.Number] = recorded.Data["id"]!.GetValue<string>();
            Assert.False(recorded.Data["live"]!.GetValue<bool>());
        }

        foreach (var household in world.Households.Skip(1))
        {
            var path = $"/v1/households/{household.Id}/consents/{consents[household.Number]}/confirm";
            Task<Answer> Confirm(ExchangeClient client) => client.PostAsync(
                world.By.SecondOfficer, path, World.Key($"confirm {household.Number}"), new JsonObject
                {
                    ["means"] = "second-officer",
                    ["witness"] = "Village committee",
                    ["scan"] = new string('c', 64),
                });

            var itself = await node.Client.PostAsync(
                world.By.FirstOfficer, path, Guid.NewGuid(), new JsonObject
                {
                    ["means"] = "second-officer",
                    ["witness"] = "Village committee",
                    ["scan"] = new string('c', 64),
                });
            Assert.Equal("confirmer-is-recorder", itself.Code);
            var confirmed = household.Number == 1
                ? await node.StepAsync(Confirm)
                : (await Confirm(node.Client)).Expect();
            Assert.True(confirmed.Data["live"]!.GetValue<bool>());
        }

        return consents;
    }

    private static async Task<string> AgreeAsync(CrashingNode node, World world)
    {
        var agreed = await node.StepAsync(client => client.PostAsync(
            world.By.Buyer, "/v1/agreements", World.Key("agree"), world.Agreement()));
        return agreed.Data["id"]!.GetValue<string>();
    }

    private static async Task<string> WithdrawInTheMiddleAsync(
        CrashingNode node, World world, string agreement, WorldHousehold household, string consent)
    {
        using var download = await Download.StartAsync(
            node.Client, world.By.Buyer, agreement, World.Key("second delivery"));
        await download.ReadAsync(rows: 1);

        // Signed at the kitchen table, entered by an officer: acts at once all the same.
        var withdrawn = (await node.Client.PostAsync(
            world.By.FirstOfficer, $"/v1/households/{household.Id}/consents/{consent}/withdraw",
            World.Key("withdraw"), new JsonObject { ["note"] = "Changed their mind" })).Expect();

        Assert.Contains(
            download.Delivery,
            withdrawn.Data["deliveriesInProgress"]!.AsArray().Select(delivery => delivery!.GetValue<string>()));
        await download.ReadAsync(rows: 3);
        return download.Delivery;
    }

    private static async Task ThirdDeliveryLacksTheHouseholdAsync(CrashingNode node, World world, string agreement)
    {
        using var third = await Download.StartAsync(
            node.Client, world.By.Buyer, agreement, World.Key("third delivery"));
        await third.ReadAllAsync();

        Assert.Equal(HouseholdCount - 2, third.Rows.Count);
    }

    private static async Task EvidenceIsAcceptedAsync(CrashingNode node, World world)
    {
        Assert.Equal(0, await Evidence.AuditAsync(node.Client, world.By.Regulator));
        var path = Path.Combine(node.Directory, "evidence.chain");
        await Evidence.ExportAsync(node.Client, world.By.Regulator, path);

        var (exitCode, output) = await Evidence.VerifyAsync(path, "--audit");

        Assert.True(exitCode == 0, output);
    }
}
