using System.Net;
using System.Text.Json.Nodes;

namespace Exchange.Api.Tests;

/// <summary>Idempotency, tags, receipts and batches.</summary>
public sealed class WriteTests(Story story) : IClassFixture<Story>
{
    [Fact]
    public async Task A_retry_gets_the_same_status_data_receipt_and_tag()
    {
        var (key, body) = (Guid.NewGuid().ToString(), Story.DepartmentBody("retried", 20));
        var first = (await story.Operator.Post("/v1/departments", body, key)).Created();
        (await story.Operator.Patch("/v1/departments/retried", new { contact = "moved" })).Ok();
        var second = (await story.Operator.Post("/v1/departments", body, key)).Created();

        Assert.Equal(first.Text, second.Text);
        Assert.Equal(first.ETag, second.ETag);
        Assert.Equal("true", second.Headers["Idempotent-Replayed"]);
        Assert.False(first.Headers.ContainsKey("Idempotent-Replayed"));
        Assert.Equal("/v1/departments/retried", second.Headers["Location"]);
        Assert.Equal("Beijing Road 1", second.Data["contact"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_retried_household_has_the_same_ids_and_sealed_bytes()
    {
        var key = Guid.NewGuid().ToString();
        const string body = """{"county":"520102","members":[{"adult":true,"details":"甲"}]}""";
        var first = (await story.Department.Post("/v1/households", body, key)).Created();

        Assert.Equal(first.Text, (await story.Department.Post("/v1/households", body, key)).Created().Text);
    }

    [Fact]
    public async Task A_key_used_for_another_body_is_refused()
    {
        var key = Guid.NewGuid().ToString();
        (await story.Operator.Post("/v1/departments", Story.DepartmentBody("once", 21), key)).Created();

        var again = await story.Operator.Post("/v1/departments", Story.DepartmentBody("once", 22), key);

        again.Problem(HttpStatusCode.UnprocessableEntity, "command-id-reused");
        Assert.Equal(1, again.Json["refusal"]!.GetValue<int>());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("not-a-uuid")]
    public async Task A_write_without_a_good_key_is_refused(string? key)
    {
        var reply = await story.Operator.Send(
            HttpMethod.Post, "/v1/departments", Client.JsonOf(Story.DepartmentBody("none", 23)), key);

        reply.Problem(HttpStatusCode.BadRequest, "idempotency-key-missing");
    }

    [Fact]
    public async Task A_stale_tag_fails_and_the_current_one_passes()
    {
        var made = (await story.Operator.Post("/v1/departments", Story.DepartmentBody("tagged", 24))).Created();
        var read = (await story.Operator.Get("/v1/departments/tagged")).Ok();
        Assert.Equal(made.ETag, read.ETag);

        (await story.Operator.Patch("/v1/departments/tagged", new { contact = "a" }, null, ("If-Match", read.ETag!)))
            .Ok();
        (await story.Operator.Patch("/v1/departments/tagged", new { contact = "b" }, null, ("If-Match", read.ETag!)))
            .Problem(HttpStatusCode.PreconditionFailed, "head-moved");
        (await story.Operator.Patch("/v1/departments/tagged", new { contact = "b" }, null, ("If-Match", "W/\"x\"")))
            .Problem(HttpStatusCode.BadRequest, "input-invalid");
    }

    [Fact]
    public async Task A_receipt_can_be_fetched_again_by_who_gave_the_command()
    {
        var made = (await story.Operator.Post("/v1/departments", Story.DepartmentBody("kept", 25))).Created();

        var again = (await story.Operator.Get("/v1/receipts/department/kept/0")).Ok();

        Assert.True(JsonNode.DeepEquals(made.Json["receipt"], again.Json));
        (await story.Buyer.Get("/v1/receipts/department/kept/0")).Problem(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task A_batch_answers_for_each_item()
    {
        var (good, bad) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString());
        var body = new
        {
            items = new object[]
            {
                new { id = good, scheme = "register", value = "b-1", household = story.HouseholdId },
                new { id = bad, scheme = "register", value = "b-2", household = "nobody" },
            },
        };
        var items = (await story.Department.Post("/v1/identifiers/batch", body)).Ok().Json["items"]!;

        Assert.Equal(good, items[0]!["id"]!.GetValue<string>());
        Assert.Equal(201, items[0]!["status"]!.GetValue<int>());
        Assert.Equal(story.HouseholdId, items[0]!["data"]!["household"]!.GetValue<string>());
        Assert.Equal(409, items[1]!["status"]!.GetValue<int>());
        Assert.Equal("household-unknown", items[1]!["problem"]!["code"]!.GetValue<string>());
        var again = (await story.Department.Post("/v1/identifiers/batch", body)).Ok().Json["items"]!;
        Assert.True(again[0]!["replayed"]!.GetValue<bool>());
        Assert.True(JsonNode.DeepEquals(items[0]!["receipt"], again[0]!["receipt"]));
    }

    [Fact]
    public async Task An_id_that_stands_twice_in_a_batch_is_refused()
    {
        var id = Guid.NewGuid().ToString();
        var item = new { id, county = "520102", members = Array.Empty<object>() };

        (await story.Department.Post("/v1/households/batch", new { items = new[] { item, item } }))
            .Problem(HttpStatusCode.BadRequest, "input-invalid");
    }
}
