using System.Text.Json.Nodes;
using Exchange.Chaos.Clients;
using Exchange.Chaos.Nodes;

namespace Exchange.Chaos.Flows;

public sealed class RevisionFlowTests
{
    private const int HouseholdCount = 4;

    [Fact]
    public async Task Old_agreements_keep_their_columns_and_misfiled_rows_are_withheld_at_once()
    {
        await using var node = new CrashingNode();
        await node.StartAsync();
        var world = await World.BuildAsync(node.Client, node.DataDirectory, HouseholdCount);
        foreach (var household in world.Households)
        {
            _ = (await node.Client.PostAsync(
                household.Token, $"/v1/households/{household.Id}/consents", World.Key($"consent {household.Number}"),
                world.Consent())).Expect();
        }

        var latest = await AgreeAsync(node, world, pinned: null);
        var pinned = await AgreeAsync(node, world, world.Revision);
        await node.CrashAsync();
        var columns = World.FirstColumns();
        columns.Add(World.Column("village", "text"));
        _ = await world.PutRevisionAsync(node.Client, "second", columns, CsvWithVillage());
        await node.CrashAsync();

        Assert.Equal(HouseholdCount, await CountAsync(node, world, latest, "latest before"));
        Assert.Equal(HouseholdCount, await CountAsync(node, world, pinned, "pinned before"));

        // Number 0 stood for the wrong household all along.
        _ = await node.StepAsync(client => client.PostAsync(
            world.By.Department, $"/v1/identifiers/{world.Households[0].Identifier}/correct", World.Key("correct"),
            new JsonObject { ["household"] = world.Households[1].Id, ["reason"] = "Two numbers were exchanged" }));

        Assert.Equal(HouseholdCount - 1, await CountAsync(node, world, latest, "latest after"));
        Assert.Equal(HouseholdCount - 1, await CountAsync(node, world, pinned, "pinned after"));
        var path = Path.Combine(node.Directory, "evidence.chain");
        await Evidence.ExportAsync(node.Client, world.By.Regulator, path);
        var (exitCode, output) = await Evidence.VerifyAsync(path, "--audit");
        Assert.True(exitCode == 0, output);
    }

    private static async Task<string> AgreeAsync(CrashingNode node, World world, string? pinned)
    {
        var body = world.Agreement();
        body["pinnedRevision"] = pinned;
        var agreed = await node.StepAsync(client => client.PostAsync(
            world.By.Buyer, "/v1/agreements", World.Key($"agree {pinned}"), body));
        return agreed.Data["id"]!.GetValue<string>();
    }

    // Whatever the revision has, an old agreement gets the columns that were agreed.
    private static async Task<int> CountAsync(CrashingNode node, World world, string agreement, string name)
    {
        using var download = await Download.StartAsync(node.Client, world.By.Buyer, agreement, World.Key(name));
        await download.ReadAllAsync();
        Assert.Equal("subject,cause,income", download.Header);
        await node.CrashAsync();
        return download.Rows.Count;
    }

    private static string CsvWithVillage() =>
        "number,cause,income,village\r\n"
        + string.Concat(Enumerable.Range(0, HouseholdCount).Select(n => $"{World.NumberOf(n)},illness,{n},Upper\r\n"));
}
