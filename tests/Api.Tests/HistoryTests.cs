using System.Net;
using System.Text.Json.Nodes;
using Exchange.Ledger;

namespace Exchange.Api.Tests;

/// <summary>Time travel, accesses, exports and audits.</summary>
public sealed class HistoryTests(Story story) : IClassFixture<Story>
{
    private static readonly (string, string) Case = ("Case-Number", "2026-17");

    [Fact]
    public async Task A_resource_is_shown_as_of_an_index_and_a_moment()
    {
        (await story.Operator.Post("/v1/departments", Story.DepartmentBody("older", 30))).Created();
        var first = (await story.Operator.Get("/v1/departments/older")).Ok();
        var changed = (await story.Operator.Patch("/v1/departments/older", new { contact = "new" })).Ok();

        var then = (await story.Operator.Get("/v1/departments/older?at=0")).Ok();
        Assert.True(JsonNode.DeepEquals(first.Data, then.Data));
        Assert.True(JsonNode.DeepEquals(first.Json["heads"], then.Json["heads"]));

        var at = changed.Json["receipt"]!["recordedAt"]!.GetValue<string>();
        var later = await UntilSettled(() => story.Operator.Get($"/v1/departments/older?at={at}"));
        Assert.Equal("new", later.Data["contact"]!.GetValue<string>());
        Assert.Equal(1, later.Json["heads"]![0]!["index"]!.GetValue<int>());
        (await story.Operator.Get("/v1/departments/older?at=2001-01-01T00:00:00Z"))
            .Problem(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task A_moment_that_is_not_over_is_not_settled() =>
        (await story.Operator.Get("/v1/departments/relief?at=2100-01-01T00:00:00%2B08:00"))
            .Problem(HttpStatusCode.Conflict, "not-settled");

    [Theory]
    [InlineData("at=yesterday")]
    [InlineData("at=2026-01-01T00:00:00")]
    [InlineData("at=-1")]
    [InlineData("known=2026-01-01T00:00:00Z")]
    public async Task A_bad_or_reserved_point_is_refused(string query) =>
        (await story.Operator.Get($"/v1/departments/relief?{query}"))
            .Problem(HttpStatusCode.BadRequest, "input-invalid");

    [Fact]
    public async Task Who_had_consented_is_told_as_of_a_moment()
    {
        var consent = (await story.OtherHousehold.Post(
            $"/v1/households/{story.OtherHouseholdId}/consents", story.Consent())).Created();
        var given = consent.Json["receipt"]!["recordedAt"]!.GetValue<string>();
        var withdrawn = (await story.OtherHousehold.Post(
            $"/v1/households/{story.OtherHouseholdId}/consents/{consent.Id}/withdraw")).Ok();
        Assert.Equal(consent.Id, withdrawn.Data["ended"]![0]!["id"]!.GetValue<string>());
        Assert.Equal("withdrawn", withdrawn.Data["ended"]![0]!["status"]!.GetValue<string>());
        Assert.Equal(
            story.DeliveryId,
            Assert.Single(withdrawn.Data["deliveriesInProgress"]!.AsArray())!.GetValue<string>());

        var then = await UntilSettled(() => story.Department.Get($"/v1/datasets/poverty/consents?at={given}"));
        var now = (await story.Department.Get("/v1/datasets/poverty/consents")).Ok();

        Assert.True(LiveOf(then, consent.Id));
        Assert.False(LiveOf(now, consent.Id));
        Assert.Contains(then.Json["heads"]!.AsArray(), head =>
            head!["chain"]!.GetValue<string>() == $"household/{story.OtherHouseholdId}");
        (await story.Department.Get("/v1/datasets/poverty/consents?at=3"))
            .Problem(HttpStatusCode.BadRequest, "input-invalid");
    }

    [Fact]
    public async Task A_regulators_look_needs_a_case_and_the_household_sees_it()
    {
        var path = $"/v1/households/{story.HouseholdId}";
        (await story.Regulator.Get(path)).Problem(HttpStatusCode.BadRequest, "case-number-missing");
        (await story.Regulator.Get("/v1/households")).Problem(HttpStatusCode.BadRequest, "case-number-missing");
        (await story.Regulator.Get($"/v1/chains/household/{story.HouseholdId}"))
            .Problem(HttpStatusCode.BadRequest, "case-number-missing");

        (await story.Regulator.Get(path, Case)).Ok();
        (await story.Regulator.Get("/v1/households", ("Case-Number", "2026-18"))).Ok();

        var accesses = (await story.Household.Get($"{path}/accesses")).Ok().Json["items"]!.AsArray();
        Assert.Contains(accesses, access => access!["caseNumber"]!.GetValue<string>() == "2026-17");
        Assert.Contains(accesses, access => access!["caseNumber"]!.GetValue<string>() == "2026-18"
            && access["householdCount"]!.GetValue<int>() > 1);
    }

    [Fact]
    public async Task A_look_at_a_number_is_told_to_every_household_it_ever_stood_for()
    {
        var number = (await story.Department.Post("/v1/identifiers", new
        {
            scheme = "register",
            value = "misfiled-number",
            household = story.HouseholdId,
        })).Created().Id;
        (await story.Department.Post(
            $"/v1/identifiers/{number}/correct", new { household = story.OtherHouseholdId })).Ok();

        (await story.Regulator.Get($"/v1/identifiers/{number}?at=0", ("Case-Number", "2026-19"))).Ok();
        (await story.Regulator.Get($"/v1/chains/identifier/{number}", ("Case-Number", "2026-20"))).Ok();
        (await story.Regulator.Get($"/v1/chains/identifier/{number}"))
            .Problem(HttpStatusCode.BadRequest, "case-number-missing");

        foreach (var (household, id) in new[]
        {
            (story.Household, story.HouseholdId), (story.OtherHousehold, story.OtherHouseholdId),
        })
        {
            var accesses = (await household.Get($"/v1/households/{id}/accesses?limit=1000")).Ok().Json["items"]!;
            var cases = accesses.AsArray().Select(access => access!["caseNumber"]!.GetValue<string>()).ToList();
            Assert.Contains("2026-19", cases);
            Assert.Contains("2026-20", cases);
        }
    }

    [Fact]
    public async Task Entries_are_shown_with_the_bytes_that_count()
    {
        var entries = (await story.Regulator.Get($"/v1/chains/household/{story.HouseholdId}?limit=1", Case)).Ok();
        var first = entries.Json["items"]![0]!;
        var bytes = Convert.FromBase64String(first["bytes"]!.GetValue<string>());

        Assert.Equal(Hashes.Entry(bytes).ToString(), first["hash"]!.GetValue<string>());
        Assert.Equal("RegisterHousehold", first["command"]!["name"]!.GetValue<string>());
        var next = (await story.Regulator.Get(
            $"/v1/chains/household/{story.HouseholdId}?limit=1&cursor={entries.Json["next"]}", Case)).Ok();
        Assert.Equal(1, next.Json["items"]![0]!["index"]!.GetValue<int>());
        Assert.Equal(first["hash"]!.GetValue<string>(), next.Json["items"]![0]!["previous"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_export_is_a_whole_chain_file_and_an_audit_finds_nothing()
    {
        (await story.Regulator.Post("/v1/exports")).Problem(HttpStatusCode.BadRequest, "case-number-missing");
        var export = await story.Regulator.Post("/v1/exports", null, null, Case);
        Assert.Equal(HttpStatusCode.Accepted, export.Status);
        var content = await ContentAsync(export);
        using var file = new MemoryStream(content.Bytes);
        var opened = Assert.IsType<ChainFileOpening.Opened>(ChainFileReader.Open(file));
        Assert.Contains(opened.Reader.StatedChains, stated => stated.Chain.Key.Value == story.HouseholdId);
        Assert.Empty(opened.Reader.FindDamage());
        Assert.DoesNotContain(Story.DetailsSecret, content.Text, StringComparison.Ordinal);

        var audit = await ContentAsync(await story.Regulator.Post("/v1/audits", null, null, Case));
        Assert.Equal(0, audit.Json["summary"]!["violations"]!.GetValue<int>());
    }

    private async Task<Reply> ContentAsync(Reply started)
    {
        var path = started.Headers["Location"];
        var status = await Until(
            () => story.Regulator.Get(path), reply => reply.Json["status"]!.GetValue<string>() != "running");
        Assert.Equal("ready", status.Json["status"]!.GetValue<string>());
        Assert.Equal($"{path}/content", status.Json["content"]!.GetValue<string>());
        return (await story.Regulator.Get($"{path}/content")).Ok();
    }

    private static bool LiveOf(Reply page, string consent) => page.Json["items"]!.AsArray()
        .Single(item => item!["id"]!.GetValue<string>() == consent)!["live"]!.GetValue<bool>();

    private static Task<Reply> UntilSettled(Func<Task<Reply>> ask) =>
        Until(ask, reply => reply.Status != HttpStatusCode.Conflict);

    private static async Task<Reply> Until(Func<Task<Reply>> ask, Func<Reply, bool> isDone)
    {
        for (var tries = 0; tries < 10_000; tries++)
        {
            var reply = await ask();
            if (isDone(reply))
            {
                return reply;
            }
        }

        throw new TimeoutException("The answer stayed as it was.");
    }
}
