using System.Text.Json.Nodes;
using Exchange.Engine.Leases;
using Exchange.Verify;

namespace Exchange.Api.Tests;

/// <summary>Deliveries about members, about nobody, and lost ones: from the request to the audit.</summary>
public sealed class DeliveryFormsTests
{
    private static readonly TestNodeParts OnDisk = new() { OnDisk = true };

    [Fact]
    public async Task Rows_about_members_follow_the_consent_of_each()
    {
        await using var village = await Village.FoundAsync(OnDisk, households: 1);
        var (story, household) = (village.Story, village.Households[0]);
        var second = await JoinAsync(story, household, "m-2");
        await LinkAsync(story, household.Id, "m-1", household.Member);
        await PublishAsync(story, "pupils", "member", "member,cause,income\r\nm-1,asthma,1\r\nm-2,measles,2\r\n");
        var consent = story.Consent();
        consent["dataset"] = "pupils";
        consent["members"] = new JsonArray(household.Member);
        consent["giver"] = household.Member;
        (await household.Client.Post($"/v1/households/{household.Id}/consents", consent)).Created();
        var agreement = await AgreeAsync(story, "pupils", "consent");

        var first = await DeliverAsync(village, agreement);
        consent["members"] = new JsonArray(second);
        consent["giver"] = second;
        (await household.Client.Post($"/v1/households/{household.Id}/consents", consent)).Created();
        var both = await DeliverAsync(village, agreement);

        Assert.Equal(["asthma"], first);
        Assert.Equal(["asthma", "measles"], both.Order(StringComparer.Ordinal));
        await AssertLawfulAsync(story, deliveries: 2, leaves: 3);
    }

    [Fact]
    public async Task Open_data_is_delivered_without_anybodys_consent_and_audited()
    {
        await using var village = await Village.FoundAsync(OnDisk, households: 1);
        var story = village.Story;
        await PublishAsync(story, "rainfall", "none", "member,cause,income\r\na,rain,1\r\nb,hail,2\r\n");
        var agreement = await AgreeAsync(story, "rainfall", "open-data");

        var delivery = (await story.Buyer.Post($"/v1/agreements/{agreement}/deliveries")).Created().Id;
        var content = (await story.Buyer.Get($"/v1/deliveries/{delivery}/content")).Ok().Text;

        Assert.Equal("cause,income\r\nrain,1\r\nhail,2\r\n", content);
        await AssertLawfulAsync(story, deliveries: 1, leaves: 0);
    }

    [Fact]
    public async Task A_lost_delivery_names_whom_it_may_have_contained_and_is_audited()
    {
        var pace = new HeldPace();
        await using var village = await Village.FoundAsync(Village.Paced(pace, onDisk: true), households: 7);
        var delivery = await village.StartAsync();
        using var open = await village.OpenAsync(delivery);
        _ = await open.ReadAsync(Village.RowsInBlock);

        village.Node.LeaseClock.Move(LeaseKeeper.Duration);
        Assert.True(await village.Node.NextRun.RecoverAsync(default) >= 1);
        pace.Release();
        var (_, whole) = await open.ReadToEndAsync();

        Assert.False(whole);
        var lost = await village.DeliveryAsync(delivery);
        Assert.Equal("lost", lost["status"]!.GetValue<string>());
        Assert.Equal(Village.RowsInBlock, lost["rows"]!.GetValue<int>());
        Assert.Null(lost["sha256"]);
        await AssertLawfulAsync(village.Story, deliveries: 2, leaves: Village.RowsInBlock);
    }

    private static async Task<string> JoinAsync(Story story, Villager household, string number)
    {
        var joined = (await story.Department.Post(
            $"/v1/households/{household.Id}/members", new { adult = true })).Created();
        var member = joined.Data["members"]!.AsArray().Select(each => each!["id"]!.GetValue<string>())
            .First(id => id != household.Member);
        await LinkAsync(story, household.Id, number, member);
        return member;
    }

    private static async Task LinkAsync(Story story, string household, string number, string member) =>
        (await story.Department.Post(
            "/v1/identifiers", new { scheme = "pupils", value = number, household, member })).Created();

    private static async Task PublishAsync(Story story, string dataset, string level, string csv)
    {
        var isOpen = level == "none";
        var body = Story.DatasetBody(dataset);
        body["classification"]!["personal"] = isOpen ? "none" : "personal";
        body["classification"]!["opening"] = isOpen ? "unconditional" : "none";
        body["subject"] = isOpen
            ? new JsonObject { ["level"] = level }
            : new JsonObject { ["level"] = level, ["keyColumn"] = "member", ["scheme"] = "pupils" };
        (await story.Department.Post("/v1/datasets", body)).Created();
        var columns = Story.RevisionBody();
        columns["columns"]![0]!["name"] = "member";
        var revision = (await story.Department.Post($"/v1/datasets/{dataset}/revisions", columns)).Created().Id;
        (await story.Department.PutCsv($"/v1/revisions/{revision}/content", csv)).Ok();
    }

    private static async Task<string> AgreeAsync(Story story, string dataset, string basis)
    {
        var offer = (await story.Department.Post($"/v1/datasets/{dataset}/offers", Story.OfferBody())).Created().Id;
        var terms = story.AgreementBody();
        (terms["dataset"], terms["offer"], terms["basis"]) = (dataset, offer, basis);
        return (await story.Buyer.Post("/v1/agreements", terms)).Created().Id;
    }

    private static async Task<IReadOnlyList<string>> DeliverAsync(Village village, string agreement)
    {
        var delivery = (await village.Story.Buyer.Post($"/v1/agreements/{agreement}/deliveries")).Created().Id;
        using var open = await village.OpenAsync(delivery);
        var (causes, whole) = await open.ReadToEndAsync();
        Assert.True(whole);
        return causes;
    }

    private static async Task AssertLawfulAsync(Story story, int deliveries, int leaves)
    {
        var summary = (await story.AuditAsync())["summary"]!;
        Assert.Equal((deliveries, leaves, 0), (
            summary["deliveries"]!.GetValue<int>(), summary["leaves"]!.GetValue<int>(),
            summary["violations"]!.GetValue<int>()));
        Assert.Equal(ExitCode.Accepted, Evidencing.Verify(await story.ExportAsync(), "--audit").Code);
    }
}
