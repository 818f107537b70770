using System.Net;
using System.Text.Json.Nodes;
using Exchange.Cluster.Tests.Hosts;
using Exchange.Cluster.Tests.Programs;
using Exchange.Engine.Pipeline;

namespace Exchange.Cluster.Tests;

/// <summary>More commands than may wait in front of one grain, through a node without grains.</summary>
public sealed class OverloadTests
{
    // As many items of one batch as are under way at once.
    private const int BatchItems = 512;

    // More of them than may wait, beside what the grain has taken already.
    private const int Batches = (GrainContext.WaitingMax / BatchItems) + 4;

    private const string Overloaded = "overloaded";

    private static readonly string[] Told = [Overloaded, "outcome-unknown", "store-unavailable"];

    [ServerFact]
    public async Task Who_meets_a_full_mailbox_is_told_to_come_back_and_afterwards_everything_happens_once()
    {
        using var cluster = new ProgramCluster();
        await using var silo = NodeProgram.Start(cluster, Release.This, "--cluster");
        await silo.UntilReadyAsync();
        await using var door = NodeProgram.Start(cluster, Release.This, "--gateway");
        await door.UntilReadyAsync();
        var household = await RegisterHouseholdAsync(cluster, door);
        var token = await NodeProgram.TokenAsync(cluster, "household", household);

        var withdrawals = new List<(Guid Key, Task<NodeAnswer> Answer)>();
        void Withdraw()
        {
            var key = Guid.NewGuid();
            withdrawals.Add((key, WithdrawAsync(door, token, household, key)));
        }

        var isFull = false;
        Task<List<(int Status, string Code)>>[] batches;
        await using (await cluster.HoldUpAppendsAsync())
        {
            // The first is the one that the grain cannot get rid of.
            Withdraw();
            batches =
            [
                .. Enumerable.Range(0, Batches).Select(
                    _ => FillAsync(door, token, household, () => Volatile.Read(ref isFull))),
            ];
            await Until.IsSoAsync(
                () =>
                {
                    Withdraw();
                    return Task.FromResult(withdrawals.Any(
                        each => each.Answer is { IsCompletedSuccessfully: true, Result.Code: Overloaded }));
                },
                () => string.Join('\n', withdrawals.Where(each => each.Answer.IsCompleted).Select(
                    each => each.Answer.Result).Append<object>(door.Log)));
            Volatile.Write(ref isFull, true);
        }

        var answers = await Task.WhenAll(withdrawals.Select(each => each.Answer));
        Assert.All(answers, answer => Assert.True(
            answer.Status == HttpStatusCode.OK
                || (answer is { Status: HttpStatusCode.ServiceUnavailable, RetryAfter: not null, Code: { } code }
                    && Told.Contains(code)),
            answer.ToString()));
        var items = (await Task.WhenAll(batches)).SelectMany(each => each).ToList();

        // Their notice is nobody's: where they were decided they were refused.
        Assert.All(items, item => Assert.True(
            item.Status is >= 400 and < 500 || (item.Status == 503 && Told.Contains(item.Code)), item.ToString()));
        await ExpectEachOnceAsync(cluster, door, token, household, [.. withdrawals.Select(each => each.Key)]);
        await Task.WhenAll(silo.UntilReadyAsync(), door.UntilReadyAsync());
    }

    private static async Task ExpectEachOnceAsync(
        ProgramCluster cluster, NodeProgram door, string token, string household, ImmutableArray<Guid> keys)
    {
        foreach (var key in keys)
        {
            NodeAnswer? answer = null;
            await Until.IsSoAsync(
                async () => (answer = await WithdrawAsync(door, token, household, key)).Status == HttpStatusCode.OK,
                () => $"{answer}\n{door.Log}");
        }

        Assert.Equal(
            keys.Select(key => $"{key}").Order(),
            cluster.Commands()[household].Skip(1).Select(id => $"{id}").Order());
    }

    private static async Task<string> RegisterHouseholdAsync(ProgramCluster cluster, NodeProgram door)
    {
        var department = await door.RegisterAsync(await NodeProgram.TokenAsync(cluster, "operator", "operator/main"));
        var answer = await door.SendAsync(
            HttpMethod.Post, "/v1/households", await NodeProgram.TokenAsync(cluster, "department", department),
            Guid.NewGuid(), new JsonObject
            {
                ["county"] = "520102",
                ["members"] = new JsonArray(new JsonObject { ["adult"] = true }),
            });
        return answer.Chain;
    }

    private static Task<NodeAnswer> WithdrawAsync(NodeProgram door, string token, string household, Guid key) =>
        door.SendAsync(
            HttpMethod.Post, $"/v1/households/{KeyOf(household)}/withdraw", token, key,
            new JsonObject { ["scope"] = "all-for-recipient", ["recipient"] = "buyer/stranger" });

    // Batches of consents one after the other, until the mailbox is full.
    private static async Task<List<(int Status, string Code)>> FillAsync(
        NodeProgram door, string token, string household, Func<bool> isFull)
    {
        var items = new List<(int Status, string Code)>();
        while (!isFull())
        {
            items.AddRange(ItemsOf(await door.SendAsync(
                HttpMethod.Post, "/v1/households/consents/batch", token, Guid.NewGuid(), new JsonObject
                {
                    ["items"] = new JsonArray([.. Enumerable.Range(0, BatchItems).Select(_ => (JsonNode)new JsonObject
                    {
                        ["id"] = $"{Guid.NewGuid()}",
                        ["household"] = KeyOf(household),
                        ["consent"] = Consent(),
                    })]),
                })));
        }

        return items;
    }

    private static JsonObject Consent() => new()
    {
        ["notice"] = new JsonObject
        {
            ["notice"] = "none",
            ["version"] = 1,
            ["language"] = "en",
            ["digest"] = new string('a', 64),
        },
        ["recipient"] = "buyer/none",
        ["dataset"] = "none",
        ["columns"] = new JsonArray("income"),
        ["purposes"] = new JsonArray("gx:PovertyRelief"),
        ["methods"] = new JsonArray("use"),
        ["validity"] = new JsonObject { ["from"] = "2020-01-01T00:00:00Z", ["until"] = "2098-01-01T00:00:00Z" },
        ["retentionDays"] = 30,
    };

    private static string KeyOf(string household) => household["household/".Length..];

    private static IEnumerable<(int Status, string Code)> ItemsOf(NodeAnswer batch)
    {
        Assert.True(batch.Status == HttpStatusCode.OK, batch.ToString());
        return JsonNode.Parse(batch.Text)!["items"]!.AsArray().Select(
            item => ((int)item!["status"]!, (string?)item["problem"]?["code"] ?? ""));
    }
}
