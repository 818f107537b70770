using System.Net;
using System.Text;

namespace Exchange.Api.Tests;

/// <summary>What bad input gets.</summary>
public sealed class InputTests(Story story) : IClassFixture<Story>
{
    [Theory]
    [InlineData("""{"contact":""", "")]
    [InlineData("""{"contact":"a","nickname":"b"}""", "/nickname")]
    [InlineData("""{"contact":7}""", "/contact")]
    [InlineData("""{"contact":"a","contact":"b"}""", "/contact")]
    [InlineData("""{"contact":"a\u0007"}""", "/contact")]
    [InlineData("""{"contact":"\ud800"}""", "/contact")]
    [InlineData("""[]""", "")]
    [InlineData("""null""", null)]
    public async Task Bad_json_is_named_by_its_place(string body, string? pointer)
    {
        var reply = (await story.Operator.Patch("/v1/departments/relief", body))
            .Problem(HttpStatusCode.BadRequest, "input-invalid");

        if (pointer is { Length: > 0 })
        {
            Assert.Equal(pointer, reply.Json["errors"]![0]!["pointer"]!.GetValue<string>());
        }
    }

    [Fact]
    public async Task A_text_that_is_too_long_is_named_by_its_place()
    {
        var reply = await story.Operator.Patch("/v1/departments/relief", new { contact = new string('长', 171) });

        reply.Problem(HttpStatusCode.BadRequest, "input-invalid");
        Assert.Equal("/contact", reply.Json["errors"]![0]!["pointer"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_place_inside_of_lists_is_named()
    {
        var reply = await story.Department.Post(
            "/v1/households", """{"county":"520102","members":[{"adult":true},{"adult":"yes"}]}""");

        Assert.Equal("/members/1/adult", reply.Json["errors"]![0]!["pointer"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("2026-01-01T00:00:00")]
    [InlineData("2026-01-01")]
    [InlineData("2026-13-01T00:00:00Z")]
    [InlineData("1000-01-01T00:00:00Z")]
    public async Task A_time_without_an_offset_is_none(string time)
    {
        var body = Story.OfficerBody("timeless", "5201");
        body["term"]!["from"] = time;

        var reply = await story.Department.Post("/v1/departments/relief/officers", body);

        reply.Problem(HttpStatusCode.BadRequest, "input-invalid");
        Assert.Equal("/term/from", reply.Json["errors"]![0]!["pointer"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_time_goes_out_in_utc()
    {
        var reply = (await story.Department.Get("/v1/officers/li")).Ok();

        Assert.Equal("2025-12-31T16:00:00.000Z", reply.Data["term"]!["from"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused()
    {
        var reply = await story.Operator.Patch("/v1/departments/relief", new { contact = new string('x', 1_100_000) });

        reply.Problem(HttpStatusCode.RequestEntityTooLarge, "body-too-large");
    }

    [Fact]
    public async Task A_method_that_does_not_exist_is_refused()
    {
        var reply = await story.Operator.Send(HttpMethod.Delete, "/v1/departments/relief", body: null, key: null);

        reply.Problem(HttpStatusCode.MethodNotAllowed, "method-not-allowed");
    }

    [Fact]
    public async Task A_media_type_that_nobody_takes_or_makes_is_refused()
    {
        using var xml = new StringContent("<a/>", Encoding.UTF8, "application/xml");
        var posted = await story.Operator.Send(HttpMethod.Post, "/v1/departments", xml, Guid.NewGuid().ToString());
        posted.Problem(HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");

        (await story.Operator.Get("/v1/departments", ("Accept", "image/png")))
            .Problem(HttpStatusCode.NotAcceptable, "not-acceptable");
        (await story.Operator.Get("/v1/departments", ("Accept", "application/*;q=0.5"))).Ok();
    }

    [Theory]
    [InlineData("/v1/nothing")]
    [InlineData("/v1/departments/Not-A-Key!")]
    [InlineData("/v1/departments/unknown")]
    public async Task What_is_not_there_is_not_found(string path) =>
        (await story.Operator.Get(path)).Problem(HttpStatusCode.NotFound, "not-found");

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=1001")]
    [InlineData("limit=x")]
    [InlineData("cursor=!!")]
    [InlineData("cursor=YWJj")]
    public async Task A_bad_page_is_refused(string query) =>
        (await story.Operator.Get($"/v1/departments?{query}")).Problem(HttpStatusCode.BadRequest, "input-invalid");

    [Fact]
    public async Task A_list_goes_on_where_it_ended()
    {
        var first = (await story.Operator.Get("/v1/departments?limit=1")).Ok();
        var next = first.Json["next"]!.GetValue<string>();

        Assert.Contains("rel=\"next\"", first.Headers["Link"], StringComparison.Ordinal);
        var second = (await story.Operator.Get($"/v1/departments?limit=1&cursor={next}")).Ok();
        Assert.Equal("health", first.Json["items"]![0]!["id"]!.GetValue<string>());
        Assert.Equal("relief", second.Json["items"]![0]!["id"]!.GetValue<string>());
        Assert.Null(second.Json["next"]);
        Assert.False(second.Headers.ContainsKey("Link"));
    }

    [Fact]
    public async Task What_the_rules_refuse_has_a_name_a_number_and_advice()
    {
        var reply = await story.Operator.Post("/v1/departments", Story.DepartmentBody("relief", 1));

        reply.Problem(HttpStatusCode.Conflict, "already-exists");
        Assert.Equal(5, reply.Json["refusal"]!.GetValue<int>());
    }

    [Fact]
    public async Task Too_many_requests_are_told_to_wait()
    {
        await using var node = await TestNode.StartAsync(new ApiOptions { RequestsPerSecondMax = 1 });
        var caller = node.As("operator/self");
        var replies = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => caller.Get("/v1/departments")));

        var refused = replies.First(reply => reply.Status == HttpStatusCode.TooManyRequests);
        refused.Problem(HttpStatusCode.TooManyRequests, "too-many-requests");
        Assert.Equal("1", refused.Headers["Retry-After"]);
    }

    [Fact]
    public async Task A_store_that_cannot_be_asked_is_told_as_such()
    {
        await using var node = await TestNode.StartAsync();
        node.Faults.IsDown = true;

        var reply = await node.As("operator/self").Post("/v1/departments", Story.DepartmentBody("down", 1));

        reply.Problem(HttpStatusCode.ServiceUnavailable, "store-unavailable");
        Assert.NotEmpty(reply.Headers["Retry-After"]);
        node.Faults.IsDown = false;
    }
}
