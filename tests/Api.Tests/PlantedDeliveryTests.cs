using System.Text.Json.Nodes;
using Exchange.Verify;

namespace Exchange.Api.Tests;

/// <summary>
/// A planted unlawful delivery is found by the node and by the offline verifier, from the chains and the manifest
/// alone.
/// </summary>
public sealed class PlantedDeliveryTests
{
    private static readonly TestNodeParts OnDisk = new() { OnDisk = true };

    /// <summary>How a household is made to have no ground, and what is then found.</summary>
    private static readonly IReadOnlyDictionary<string, string> KindByCase = new Dictionary<string, string>
    {
        ["withdrawn"] = "consent-ended",
        ["invalidated"] = "consent-ended",
        ["narrowed"] = "columns-not-covered",
        ["unconfirmed"] = "consent-not-live",
        ["other-recipient"] = "recipient-not-covered",
    };

    [Fact]
    public async Task A_delivery_without_ground_is_found_by_the_node_and_by_the_verifier()
    {
        await using var village = await Village.FoundAsync(OnDisk, KindByCase.Count + 1);
        var victims = new Dictionary<string, Villager>();
        foreach (var (how, household) in KindByCase.Keys.Zip(village.Households))
        {
            victims[how] = await PrepareAsync(village, household, how);
        }

        var delivery = await new Forger(village).DeliverAsync(
            keeps: true, [.. victims.Values, village.Households[^1]]);
        var found = Violations(await village.Story.AuditAsync());
        var export = await village.Story.ExportAsync();

        var (code, summary) = Evidencing.Verify(export, "--audit");
        Assert.Equal(ExitCode.Refused, code);
        Assert.True(summary["lawfulByTheRules"]!.GetValue<bool>());
        Assert.False(summary["lawfulDeliveries"]!.GetValue<bool>());
        Assert.Equal(KindByCase.Count, found.Count);
        Assert.Equal(KindByCase.Count, summary["findings"]!.AsArray().Count);
        foreach (var (how, victim) in victims)
        {
            var chain = $"household/{victim.Id}";
            var violation = found.Single(each => each["chain"]!.GetValue<string>() == chain);
            Assert.Equal((KindByCase[how], delivery), (
                violation["kind"]!.GetValue<string>(), violation["delivery"]!.GetValue<string>()));
            var finding = summary["findings"]!.AsArray().Single(each => each!["chain"]!.GetValue<string>() == chain)!;
            Assert.Equal(violation["entry"]!.GetValue<long>(), finding["index"]!.GetValue<long>());
            Assert.Contains(delivery, finding["expected"]!.GetValue<string>(), StringComparison.Ordinal);
        }

        Assert.Equal(ExitCode.Accepted, Evidencing.Verify(export).Code);
    }

    [Fact]
    public async Task A_manifest_that_was_put_away_is_missed_and_named()
    {
        await using var village = await Village.FoundAsync(OnDisk, households: 2);
        _ = await new Forger(village).DeliverAsync(keeps: false, village.Households[0]);

        var violation = Assert.Single(Violations(await village.Story.AuditAsync()));
        var status = await village.Story.ExportStatusAsync();
        var (code, summary) = Evidencing.Verify(await village.Story.ExportAsync(), "--audit");

        Assert.Equal("manifest-missing", violation["kind"]!.GetValue<string>());
        var missing = Assert.Single(status.Json["missing"]!.AsArray())!.GetValue<string>();
        Assert.Equal(ExitCode.Refused, code);
        Assert.Contains(missing, summary.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fact_that_only_one_chain_has_is_found_at_its_entry()
    {
        await using var village = await Village.FoundAsync(OnDisk, households: 1);
        var index = await new Forger(village).CloseUnnotedAsync();

        var (code, summary) = Evidencing.Verify(await village.Story.ExportAsync(), "--audit");

        Assert.Equal(ExitCode.Refused, code);
        Assert.False(summary["lawfulByTheRules"]!.GetValue<bool>());
        var finding = Assert.Single(summary["findings"]!.AsArray())!;
        Assert.Equal($"agreement/{village.Agreement}", finding["chain"]!.GetValue<string>());
        Assert.Equal(index.Value, finding["index"]!.GetValue<long>());
    }

    [Fact]
    public async Task A_lawful_delivery_whose_consent_was_entered_in_error_is_named_also_after_it_ended()
    {
        await using var village = await Village.FoundAsync(OnDisk, households: 2);
        var delivery = await village.StartAsync();
        using (var open = await village.OpenAsync(delivery))
        {
            Assert.True((await open.ReadToEndAsync()).Whole);
        }

        var household = village.Households[0];
        (await village.WithdrawAsync(household)).Ok();
        var path = $"/v1/households/{household.Id}/consents/{household.Consent}";
        var invalidated = (await village.Story.Department.Post($"{path}/invalidate")).Ok();

        Assert.Equal("invalidated", invalidated.Data["status"]!.GetValue<string>());
        Assert.Equal(
            "invalidated", (await village.Story.Department.Get(path)).Ok().Data["status"]!.GetValue<string>());
        var found = await village.Story.AuditAsync();
        Assert.Empty(Violations(found));
        var reliance = Assert.Single(
            found["findings"]!.AsArray(), each => each!["finding"]!.GetValue<string>() == "invalidated-reliance")!;
        Assert.Equal(delivery, reliance["delivery"]!.GetValue<string>());
        Assert.Equal(household.Id, reliance["household"]!.GetValue<string>());
    }

    private static async Task<Villager> PrepareAsync(Village village, Villager victim, string how)
    {
        var path = $"/v1/households/{victim.Id}/consents";
        switch (how)
        {
            case "withdrawn":
                (await village.WithdrawAsync(victim)).Ok();
                return victim;
            case "invalidated":
                (await village.Story.Department.Post($"{path}/{victim.Consent}/invalidate")).Ok();
                return victim;
            case "narrowed":
                (await victim.Client.Post($"{path}/{victim.Consent}/narrow", new { columns = new[] { "cause" } })).Ok();
                return victim;
            case "unconfirmed":
                (await village.WithdrawAsync(victim)).Ok();
                var signed = village.Story.Consent();
                signed["giver"] = victim.Member;
                return victim with { Consent = (await village.Story.Officer.Post(path, signed)).Created().Id };
            default:
                (await village.WithdrawAsync(victim)).Ok();
                var other = village.Story.Consent("buyer/globex");
                return victim with { Consent = (await victim.Client.Post(path, other)).Created().Id };
        }
    }

    private static IReadOnlyList<JsonNode> Violations(JsonNode report) =>
    [
        .. from each in report["findings"]!.AsArray()
           where each["finding"]!.GetValue<string>() == "violation"
           select each,
    ];
}
