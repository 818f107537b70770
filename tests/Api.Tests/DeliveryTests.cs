using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Exchange.Api.Tests;

/// <summary>From the offer to the bytes, and the endings on the way.</summary>
public sealed class DeliveryTests(Story story) : IClassFixture<Story>
{
    [Fact]
    public async Task A_delivery_is_streamed_once_and_tells_its_digest_afterwards()
    {
        var agreement = (await story.Buyer.Post("/v1/agreements", story.AgreementBody())).Created().Id;
        var delivery = (await story.Buyer.Post($"/v1/agreements/{agreement}/deliveries")).Created();
        Assert.Equal("running", delivery.Data["status"]!.GetValue<string>());
        (await story.Buyer.Post($"/v1/agreements/{agreement}/deliveries"))
            .Problem(HttpStatusCode.Conflict, "delivery-in-progress");

        var content = (await story.Buyer.Get($"/v1/deliveries/{delivery.Id}/content", ("Range", "bytes=0-3"))).Ok();

        Assert.StartsWith("text/csv", content.Headers["Content-Type"], StringComparison.Ordinal);
        var lines = content.Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("subject,cause,income", lines[0]);
        Assert.EndsWith(",illness,1200", lines[1], StringComparison.Ordinal);
        Assert.Equal(2, lines.Length);
        (await story.Buyer.Get($"/v1/deliveries/{delivery.Id}/content"))
            .Problem(HttpStatusCode.Conflict, "delivery-ended");
        var ended = (await story.Buyer.Get($"/v1/deliveries/{delivery.Id}")).Ok().Data;
        Assert.Equal("complete", ended["status"]!.GetValue<string>());
        Assert.Equal(1, ended["rows"]!.GetValue<int>());
        Assert.Equal(
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content.Bytes)),
            ended["sha256"]!.GetValue<string>());
        var summary = (await story.Department.Get($"/v1/deliveries/{delivery.Id}/manifest")).Ok().Json;
        Assert.Equal(1, summary["rows"]!.GetValue<int>());
        (await story.Buyer.Get($"/v1/deliveries/{delivery.Id}/manifest"))
            .Problem(HttpStatusCode.Forbidden, "role-not-allowed");
    }

    [Fact]
    public async Task A_delivery_is_compressed_where_the_buyer_asks()
    {
        var agreement = (await story.Buyer.Post("/v1/agreements", story.AgreementBody())).Created().Id;
        var delivery = (await story.Buyer.Post($"/v1/agreements/{agreement}/deliveries")).Created().Id;

        var content = await story.Buyer.Get($"/v1/deliveries/{delivery}/content", ("Accept-Encoding", "gzip"));

        Assert.Equal("gzip", content.Ok().Headers["Content-Encoding"]);
        await using var gzip = new GZipStream(new MemoryStream(content.Bytes), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip, Encoding.UTF8);
        Assert.StartsWith("subject,cause,income", await reader.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_retried_request_for_an_agreement_survives_a_reclassification()
    {
        await using var own = await FreshAsync();
        var (key, body) = (Guid.NewGuid().ToString(), own.Story.AgreementBody());
        var first = (await own.Story.Buyer.Post("/v1/agreements", body, key)).Created();
        (await own.Story.Department.Post(
            "/v1/datasets/poverty/reclassify",
            new JsonObject { ["classification"] = Story.Classification("core") })).Ok();

        var retried = (await own.Story.Buyer.Post("/v1/agreements", body, key)).Created();
        var refused = await own.Story.Buyer.Post($"/v1/agreements/{first.Id}/deliveries");

        Assert.Equal(first.Text, retried.Text);
        refused.Problem(HttpStatusCode.UnprocessableEntity, "dataset-is-core");
    }

    [Fact]
    public async Task A_bad_row_is_named_and_nothing_is_kept()
    {
        var revision = (await story.Department.Post("/v1/datasets/poverty/revisions", Story.RevisionBody()))
            .Created().Id;

        var reply = await story.Department.PutCsv(
            $"/v1/revisions/{revision}/content", "number,cause,income\r\na,illness,12\r\nb,flood,many\r\n");

        reply.Problem(HttpStatusCode.UnprocessableEntity, "content-invalid");
        Assert.Equal(3, reply.Json["errors"]![0]!["line"]!.GetValue<int>());
        Assert.Equal("income", reply.Json["errors"]![0]!["column"]!.GetValue<string>());
        Assert.DoesNotContain("many", reply.Text, StringComparison.Ordinal);
        var row = (await story.Department.Get($"/v1/revisions/{revision}")).Ok();
        Assert.Equal("declared", row.Data["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_consent_on_paper_counts_only_once_a_second_officer_confirmed_it()
    {
        await using var own = await FreshAsync();
        var path = $"/v1/households/{own.Story.OtherHouseholdId}/consents";
        var household = (await own.Story.Officer.Get($"/v1/households/{own.Story.OtherHouseholdId}")).Ok();
        var body = own.Story.Consent();
        body["giver"] = household.Data["members"]!.AsArray()
            .Single(member => member!["adult"]!.GetValue<bool>())!["id"]!.GetValue<string>();
        body["collection"] = new JsonObject
        {
            ["signedAt"] = "2026-01-02T08:00:00+08:00",
            ["scan"] = new string('b', 64),
            ["paperReference"] = "shelf 7",
        };
        var recorded = (await own.Story.Officer.Post(path, body)).Created();
        Assert.Equal("recorded", recorded.Data["status"]!.GetValue<string>());
        Assert.False(recorded.Data["live"]!.GetValue<bool>());

        var confirmation = new { witness = "village head", scan = new string('b', 64) };
        (await own.Story.Officer.Post($"{path}/{recorded.Id}/confirm", confirmation))
            .Problem(HttpStatusCode.Conflict, "confirmer-is-recorder");
        var confirmed = (await own.Story.SecondOfficer.Post($"{path}/{recorded.Id}/confirm", confirmation)).Ok();

        Assert.True(confirmed.Data["live"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Anonymous_callers_see_open_entries_only()
    {
        (await story.Department.Post("/v1/datasets", Story.DatasetBody("open-one", "unconditional"))).Created();

        var items = (await story.Anonymous.Get("/v1/datasets")).Ok().Json["items"]!.AsArray();

        Assert.Equal("open-one", Assert.Single(items)!["id"]!.GetValue<string>());
        (await story.Anonymous.Get("/v1/datasets/open-one")).Ok();
        (await story.Anonymous.Get("/v1/datasets/poverty")).Problem(HttpStatusCode.NotFound, "not-found");
        (await story.Anonymous.Get("/v1/datasets/poverty?at=0")).Problem(HttpStatusCode.NotFound, "not-found");
    }

    private static async Task<OwnStory> FreshAsync()
    {
        var own = new Story();
        await own.InitializeAsync();
        return new(own);
    }

    private sealed record OwnStory(Story Story) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await Story.DisposeAsync();
    }
}
