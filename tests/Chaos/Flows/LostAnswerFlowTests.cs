using System.Text.Json.Nodes;
using Exchange.Chaos.Clients;
using Exchange.Chaos.Nodes;

namespace Exchange.Chaos.Flows;

public sealed class LostAnswerFlowTests
{
    [Fact]
    public async Task An_agreement_whose_answer_was_lost_is_the_first_one_even_after_reclassification()
    {
        await using var node = new CrashingNode();
        await node.StartAsync();
        var world = await World.BuildAsync(node.Client, node.DataDirectory, households: 3);
        foreach (var household in world.Households)
        {
            _ = await node.StepAsync(client => client.PostAsync(
                household.Token, $"/v1/households/{household.Id}/consents", World.Key($"consent {household.Number}"),
                world.Consent()));
        }

        Task<Answer> Agree(ExchangeClient client) =>
            client.PostAsync(world.By.Buyer, "/v1/agreements", World.Key("agree"), world.Agreement());
        var lost = (await Agree(node.Client)).Expect();
        await node.CrashAsync();
        _ = await node.StepAsync(client => client.PostAsync(
            world.By.Department, $"/v1/datasets/{World.Dataset}/reclassify", World.Key("reclassify"),
            new JsonObject { ["classification"] = World.Classification("core") }));

        var retried = await node.StepAsync(Agree);
        var agreement = retried.Data["id"]!.GetValue<string>();
        var delivery = await node.Client.PostAsync(
            world.By.Buyer, $"/v1/agreements/{agreement}/deliveries", World.Key("delivery"));
        var another = await node.Client.PostAsync(
            world.By.Buyer, "/v1/agreements", World.Key("another"), world.Agreement());

        Assert.Equal(lost.Receipt.ToJsonString(), retried.Receipt.ToJsonString());
        Assert.Equal(lost.Data.ToJsonString(), retried.Data.ToJsonString());
        Assert.Equal("dataset-is-core", delivery.Code);
        Assert.Equal("dataset-is-core", another.Code);
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_refused_after_a_crash_too()
    {
        await using var node = new CrashingNode();
        await node.StartAsync();
        var world = await World.BuildAsync(node.Client, node.DataDirectory, households: 1);
        var household = world.Households[0];
        var path = $"/v1/households/{household.Id}/consents";
        _ = await node.StepAsync(client => client.PostAsync(household.Token, path, World.Key("one"), world.Consent()));

        var other = await node.Client.PostAsync(
            household.Token, path, World.Key("one"), world.Consent(columns: ["cause"]));

        Assert.Equal((422, "command-id-reused"), (other.Status, other.Code));
    }
}
