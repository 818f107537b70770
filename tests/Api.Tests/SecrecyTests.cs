using System.Text;
using Exchange.Ledger;

namespace Exchange.Api.Tests;

/// <summary>Names and numbers that are planted in every personal field are nowhere to be found.</summary>
public sealed class SecrecyTests(Story story) : IClassFixture<Story>
{
    private const string Planted = "PLANTED-NAME-OF-A-PERSON";

    [Fact]
    public async Task Personal_texts_are_in_no_entry_and_in_no_line_of_the_log()
    {
        await PlantAsync();

        var found = 0;
        await foreach (var chain in story.Node.Ledger.ReadChainsAsync(after: null, CancellationToken.None))
        {
            await foreach (var entry in story.Node.Ledger.ReadChainAsync(
                chain.Chain, new EntryIndex(0), through: null, CancellationToken.None))
            {
                var text = Encoding.UTF8.GetString(entry.Bytes.Span);
                Assert.DoesNotContain(Planted, text, StringComparison.Ordinal);
                Assert.DoesNotContain(Story.DetailsSecret, text, StringComparison.Ordinal);
                Assert.DoesNotContain(Story.NumberSecret, text, StringComparison.Ordinal);
                found++;
            }
        }

        Assert.True(found > 20);
        Assert.All(story.Node.Log.Texts, line =>
        {
            Assert.DoesNotContain(Planted, line, StringComparison.Ordinal);
            Assert.DoesNotContain(Story.NumberSecret, line, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Who_may_see_a_household_reads_its_members()
    {
        foreach (var reader in new[] { story.Household, story.Officer, story.Department })
        {
            var household = (await reader.Get($"/v1/households/{story.HouseholdId}")).Ok();
            Assert.Equal(Story.DetailsSecret, household.Data["members"]![0]!["details"]!.GetValue<string>());
        }
    }

    [Fact]
    public async Task Nobody_else_reads_an_officers_name()
    {
        Assert.Equal("Li Na", (await story.Department.Get("/v1/officers/li")).Ok().Data["name"]!.GetValue<string>());
        Assert.Null((await story.Operator.Get("/v1/officers/li")).Ok().Data["name"]);
    }

    [Fact]
    public async Task A_refused_text_is_not_quoted()
    {
        var reply = await story.Department.Post(
            "/v1/households", $$"""{"county":"520102","members":[{"adult":"{{Planted}}","{{Planted}}":1}]}""");

        Assert.DoesNotContain(Planted, reply.Text, StringComparison.Ordinal);
    }

    private async Task PlantAsync()
    {
        var household = (await story.Department.Post("/v1/households", new
        {
            county = "520102",
            members = new[] { new { adult = true, details = Planted } },
        })).Created();
        var path = $"/v1/households/{household.Id}";
        var member = household.Data["members"]![0]!["id"]!.GetValue<string>();
        (await story.Department.Patch(path, new { county = "520103", note = Planted })).Ok();
        var joined = (await story.Department.Post($"{path}/members", new { adult = true, details = Planted }))
            .Created();
        (await story.Department.Patch($"{path}/members/{member}", new { adult = true, details = Planted + "2" })).Ok();
        var second = joined.Data["members"]!.AsArray().Select(m => m!["id"]!.GetValue<string>())
            .First(id => id != member);
        (await story.Department.Post($"{path}/members/{second}/remove", new { note = Planted })).Ok();
        var body = story.Consent();
        body["collection"] = new System.Text.Json.Nodes.JsonObject
        {
            ["paperReference"] = Planted,
            ["note"] = Planted,
        };
        var token = story.Node.As($"household/{household.Id}");
        var consent = (await token.Post($"{path}/consents", body)).Created().Id;
        (await token.Post($"{path}/consents/{consent}/withdraw", new { note = Planted })).Ok();
        var again = (await token.Post($"{path}/consents", story.Consent())).Created().Id;
        (await story.Department.Post($"{path}/consents/{again}/invalidate", new { reason = Planted })).Ok();
        var number = (await story.Department.Post("/v1/identifiers", new
        {
            scheme = "register",
            value = Planted,
            household = household.Id,
        })).Created().Id;
        (await story.Department.Post(
            $"/v1/identifiers/{number}/correct", new { household = story.OtherHouseholdId, reason = Planted })).Ok();
        var officer = Story.OfficerBody("planted", "5201");
        officer["name"] = Planted;
        (await story.Department.Post("/v1/departments/relief/officers", officer)).Created();
        (await story.Department.Post("/v1/officers/planted/revoke", new { reason = Planted })).Ok();
    }
}
