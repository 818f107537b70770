using System.Net;
using System.Text.Json.Nodes;

namespace Exchange.Api.Tests;

/// <summary>What ends while a delivery streams over HTTP is in none of its later blocks.</summary>
public sealed class EndingWhileStreamingTests
{
    [Fact]
    public async Task A_withdrawal_excludes_the_household_from_every_later_block_and_names_the_delivery()
    {
        var pace = new HeldPace();
        await using var village = await Village.FoundAsync(Village.Paced(pace), households: 7);
        var (first, last) = (village.Households[0], village.Households[^1]);
        var delivery = await village.StartAsync();
        using var open = await village.OpenAsync(delivery);
        var causes = await open.ReadAsync(Village.RowsInBlock);

        var early = (await village.WithdrawAsync(first)).Ok();
        var key = Guid.NewGuid().ToString();
        var late = (await village.WithdrawAsync(last, key)).Ok();
        pace.Release();
        var (rest, whole) = await open.ReadToEndAsync();

        Assert.True(whole);
        Assert.Equal(village.Households.SkipLast(1).Select(each => each.Cause), causes.Concat(rest));
        Assert.All([early, late], answer => Assert.Contains(
            answer.Data["deliveriesInProgress"]!.AsArray(), each => each!.GetValue<string>() == delivery));
        Assert.Equal("complete", (await village.DeliveryAsync(delivery))["status"]!.GetValue<string>());
        await AssertRetriedTheSame(village, last, key, late);
        await AssertWithheld(village, delivery);
    }

    [Theory]
    [InlineData("terminate")]
    [InlineData("suspend")]
    [InlineData("reclassify")]
    [InlineData("revoke")]
    public async Task An_ending_of_the_ground_stops_the_delivery_at_the_next_block(string how)
    {
        var pace = new HeldPace();
        await using var village = await Village.FoundAsync(Village.Paced(pace), households: 7);
        var delivery = await village.StartAsync();
        var revision = (await village.DeliveryAsync(delivery))["revision"]!.GetValue<string>();
        using var open = await village.OpenAsync(delivery);
        var causes = await open.ReadAsync(Village.RowsInBlock);

        (await EndAsync(village, how, revision)).Ok();
        pace.Release();
        var (rest, whole) = await open.ReadToEndAsync();

        Assert.Equal(Village.RowsInBlock, causes.Count);
        Assert.Empty(rest);
        Assert.False(whole);
        var ended = await Poll.Until(
            () => village.Story.Department.Get($"/v1/deliveries/{delivery}"),
            reply => reply.Data["status"]!.GetValue<string>() != "running");
        Assert.Equal("aborted", ended.Data["status"]!.GetValue<string>());
        Assert.Equal(Village.RowsInBlock, ended.Data["rows"]!.GetValue<int>());
        await AssertRefused(village, how);
    }

    private static async Task<Reply> EndAsync(Village village, string how, string revision) => how switch
    {
        "terminate" => await village.Story.Department.Post(
            $"/v1/agreements/{village.Agreement}/terminate", new { reason = "misuse" }),
        "suspend" => await village.Story.Operator.Post("/v1/buyers/acme/suspend", new { reason = "misuse" }),
        "revoke" => await village.Story.Department.Post(
            $"/v1/revisions/{revision}/revoke", new { reason = "wrong data" }),
        _ => await village.Story.Department.Post("/v1/datasets/poverty/reclassify", new JsonObject
        {
            ["classification"] = Story.Classification("core"),
        }),
    };

    // Where the latest revision was revoked, the one before it is the latest again.
    private static async Task AssertRefused(Village village, string how)
    {
        var (status, code) = how switch
        {
            "terminate" => (HttpStatusCode.UnprocessableEntity, "agreement-terminated"),
            "suspend" => (HttpStatusCode.Unauthorized, "token-invalid"),
            "reclassify" => (HttpStatusCode.UnprocessableEntity, "dataset-is-core"),
            _ => (HttpStatusCode.Created, null),
        };
        var next = await village.Story.Buyer.Post($"/v1/agreements/{village.Agreement}/deliveries");
        Assert.Equal((status, code), (next.Status, next.Code));
    }

    private static async Task AssertRetriedTheSame(Village village, Villager household, string key, Reply first)
    {
        var retried = (await village.WithdrawAsync(household, key)).Ok();

        Assert.Equal("true", retried.Headers["Idempotent-Replayed"]);
        Assert.Equal(first.Text, retried.Text);
    }

    private static async Task AssertWithheld(Village village, string delivery)
    {
        var manifest = (await village.Story.Department.Get($"/v1/deliveries/{delivery}/manifest")).Ok().Json;
        var withheld = Assert.Single(manifest["withheld"]!.AsArray())!;
        Assert.Equal("no-consent", withheld["reason"]!.GetValue<string>());
        Assert.Equal(1, withheld["rows"]!.GetValue<int>());
    }
}
