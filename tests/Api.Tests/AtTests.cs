using System.Net;
using System.Text.Json.Nodes;

namespace Exchange.Api.Tests;

/// <summary>Time travel on every resource that offers it.</summary>
public sealed class AtTests(Story story) : IClassFixture<Story>
{
    [Fact]
    public async Task Every_resource_that_offers_it_answers_for_a_moment_before_it_after_it_and_not_yet()
    {
        var paths = await PathsAsync();
        Assert.True(paths.Count >= 13, $"expected at least 13 resources, found {paths.Count}");
        var moment = await SettledMomentAsync();
        List<string> wrong = [];
        foreach (var path in paths)
        {
            var (now, then) = (await AskAsync(path), await AskAsync($"{path}?at={moment}"));
            if (now.Status != HttpStatusCode.OK || then.Status != HttpStatusCode.OK
                || !JsonNode.DeepEquals(Shown(now), Shown(then)))
            {
                wrong.Add($"{path} at {moment}: expected {now.Text}, found {then.Text}");
            }

            var before = await AskAsync($"{path}?at=2001-01-01T00:00:00Z");
            if (before.Status != HttpStatusCode.NotFound
                && !(before.Status == HttpStatusCode.OK && before.Json["items"] is JsonArray { Count: 0 }))
            {
                wrong.Add($"{path} before it existed: found {(int)before.Status} {before.Text}");
            }

            var later = await AskAsync($"{path}?at=2100-01-01T00:00:00Z");
            if ((later.Status, later.Code) != (HttpStatusCode.Conflict, "not-settled"))
            {
                wrong.Add($"{path} in the future: found {(int)later.Status} {later.Text}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Who_had_consented_changes_with_each_step_and_never_backwards()
    {
        await using var village = await Village.FoundAsync(new(), households: 20);
        var before = await village.Story.SettledAfterAsync(village.Households[0].Id);
        foreach (var household in village.Households.Take(5))
        {
            (await village.WithdrawAsync(household)).Ok();
        }

        var after = await village.Story.SettledAfterAsync(village.Households[4].Id);
        var expected = village.Households.Select(each => each.Id).ToHashSet(StringComparer.Ordinal);

        Assert.Subset(await LiveAsync(village, before), expected);
        Assert.Equal(expected.Count - 5, expected.Intersect(await LiveAsync(village, after)).Count());
        Assert.DoesNotContain(village.Households[0].Id, await LiveAsync(village, after));
        Assert.Contains(village.Households[0].Id, await LiveAsync(village, before));
    }

    /// <summary>The households with a live consent at a moment, over pages of seven.</summary>
    private static async Task<HashSet<string>> LiveAsync(Village village, string moment)
    {
        var live = new HashSet<string>(StringComparer.Ordinal);
        string? cursor = null;
        do
        {
            var page = (await village.Story.Department.Get(
                $"/v1/datasets/poverty/consents?at={moment}&limit=7"
                + (cursor is null ? "" : $"&cursor={cursor}"))).Ok();
            live.UnionWith(
                from item in page.Json["items"]!.AsArray()
                where item["live"]!.GetValue<bool>()
                select item["household"]!.GetValue<string>());
            cursor = page.Json["next"]?.GetValue<string>();
        }
        while (cursor is not null);

        return live;
    }

    private Task<Reply> AskAsync(string path) => story.Regulator.Get(path, ("Case-Number", "2026-17"));

    private static JsonNode Shown(Reply reply) => reply.Json["data"] ?? reply.Json["items"]!;

    private Task<string> SettledMomentAsync() => story.SettledAfterAsync(story.HouseholdId);

    private async Task<IReadOnlyList<string>> PathsAsync()
    {
        var document = (await story.Anonymous.Get("/openapi/v1.json")).Ok().Json;
        return
        [
            .. from path in document["paths"]!.AsObject()
               let get = path.Value!["get"]
               where get?["parameters"] is JsonArray parameters
                   && parameters.Any(each => each!["name"]?.GetValue<string>() == "at")
                   && get["x-roles"]!.AsArray().Any(role => role!.GetValue<string>() == "regulator")
               select Filled(path.Key),
        ];
    }

    private string Filled(string path) => path
        .Replace("{consent}", story.ConsentId, StringComparison.Ordinal)
        .Replace("{id}", path.Split('/')[2] switch
        {
            "departments" => "relief",
            "officers" => "li",
            "households" => story.HouseholdId,
            "identifiers" => story.IdentifierId,
            "notices" => "relief-notice",
            "buyers" => "acme",
            "datasets" => "poverty",
            "revisions" => story.RevisionId,
            "offers" => story.OfferId,
            "agreements" => story.AgreementId,
            _ => story.DeliveryId,
        }, StringComparison.Ordinal);
}

/// <summary>Moments that are over.</summary>
internal static class SettledMoments
{
    /// <summary>A moment after everything that a household was told of so far, which no entry can come
    /// before.</summary>
    internal static async Task<string> SettledAfterAsync(this Story story, string household)
    {
        var now = (await story.Department.Get($"/v1/households/{household}")).Ok().Json["asOf"]!.GetValue<string>();
        _ = await Poll.Until(
            () => story.Department.Get($"/v1/households/{household}?at={Uri.EscapeDataString(now)}"),
            reply => reply.Status != HttpStatusCode.Conflict);
        return Uri.EscapeDataString(now);
    }
}
