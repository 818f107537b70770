using System.Text.Json.Nodes;

namespace Exchange.Api.Tests;

/// <summary>
/// A node on which everything there is was made once through the API, and another party of each kind.
/// </summary>
public sealed class Story : IAsyncLifetime
{
    public const string DetailsSecret = "Zhang Wei, born in Zunyi";
    public const string NumberSecret = "number-of-household-4711";

    private TestNode? _node;

    internal TestNodeParts Parts { get; init; } = new();

    public TestNode Node => _node!;

    public Client Operator { get; private set; } = null!;

    public Client Department { get; private set; } = null!;

    public Client OtherDepartment { get; private set; } = null!;

    public Client Officer { get; private set; } = null!;

    public Client SecondOfficer { get; private set; } = null!;

    /// <summary>An officer of another division.</summary>
    public Client OtherOfficer { get; private set; } = null!;

    public Client Household { get; private set; } = null!;

    public Client OtherHousehold { get; private set; } = null!;

    public Client Buyer { get; private set; } = null!;

    public Client OtherBuyer { get; private set; } = null!;

    public Client Regulator { get; private set; } = null!;

    public Client Anonymous { get; private set; } = null!;

    public string HouseholdId { get; private set; } = "";

    public string OtherHouseholdId { get; private set; } = "";

    public string MemberId { get; private set; } = "";

    public string IdentifierId { get; private set; } = "";

    public string NoticeDigest { get; private set; } = "";

    public string RevisionId { get; private set; } = "";

    public string OfferId { get; private set; } = "";

    public string ConsentId { get; private set; } = "";

    public string AgreementId { get; private set; } = "";

    public string DeliveryId { get; private set; } = "";

    public async Task InitializeAsync()
    {
        _node = await TestNode.StartAsync(Parts);
        Operator = _node.As("operator/self");
        Department = _node.As("department/relief");
        OtherDepartment = _node.As("department/health");
        Officer = _node.As("officer/li", "department/relief", "person-li");
        SecondOfficer = _node.As("officer/wang", "department/relief", "person-wang");
        OtherOfficer = _node.As("officer/far", "department/relief", "person-far");
        Buyer = _node.As("buyer/acme");
        OtherBuyer = _node.As("buyer/globex");
        Regulator = _node.As("regulator/audit");
        Anonymous = _node.WithToken(token: null);
        await MakePartiesAsync();
        await MakeHouseholdsAsync();
        await MakeDatasetAsync();
        ConsentId = (await Household.Post($"/v1/households/{HouseholdId}/consents", Consent())).Created().Id;
        AgreementId = (await Buyer.Post("/v1/agreements", AgreementBody())).Created().Id;
        DeliveryId = (await Buyer.Post($"/v1/agreements/{AgreementId}/deliveries")).Created().Id;
    }

    public async Task DisposeAsync() => await Node.DisposeAsync();

    /// <summary>A consent for the buyer and the dataset of the story.</summary>
    public JsonObject Consent(string recipient = "buyer/acme") => new()
    {
        ["notice"] = new JsonObject
        {
            ["notice"] = "relief-notice",
            ["version"] = 1,
            ["language"] = "zh",
            ["digest"] = NoticeDigest,
        },
        ["recipient"] = recipient,
        ["dataset"] = "poverty",
        ["columns"] = new JsonArray("cause", "income"),
        ["purposes"] = new JsonArray("gx:PovertyRelief"),
        ["methods"] = new JsonArray("use", "analyse"),
        ["validity"] = Period(),
        ["retentionDays"] = 365,
    };

    public JsonObject AgreementBody() => new()
    {
        ["dataset"] = "poverty",
        ["offer"] = OfferId,
        ["purpose"] = "gx:PovertyRelief",
        ["period"] = Period(),
    };

    public static JsonObject Period() =>
        new() { ["from"] = "2026-01-01T00:00:00+08:00", ["until"] = "2036-01-01T00:00:00+08:00" };

    public static JsonObject DatasetBody(string id, string opening = "conditional") => new()
    {
        ["id"] = id,
        ["description"] = Description("贫困户"),
        ["classification"] = Classification("general", opening),
        ["subject"] = new JsonObject { ["level"] = "household", ["keyColumn"] = "number", ["scheme"] = "register" },
    };

    public static JsonObject Description(string title) => new()
    {
        ["title"] = new JsonObject { ["zh"] = title },
        ["description"] = new JsonObject { ["zh"] = "登记册" },
        ["keywords"] = new JsonArray("poverty"),
        ["themes"] = new JsonArray("government"),
        ["source"] = "register",
        ["contact"] = "desk 4",
        ["spatial"] = new JsonArray("52"),
        ["temporal"] = null,
        ["frequency"] = "yearly",
    };

    public static JsonObject Classification(string level, string opening = "conditional") => new()
    {
        ["level"] = level,
        ["personal"] = "personal",
        ["sharing"] = "conditional",
        ["opening"] = opening,
        ["tradeable"] = true,
    };

    public static JsonObject DepartmentBody(string id, int number) => new()
    {
        ["id"] = id,
        ["legalName"] = $"Department {id}",
        ["creditCode"] = CreditCode(number),
        ["contact"] = "Beijing Road 1",
        ["division"] = "52",
        ["authority"] = "poverty-relief",
    };

    public static JsonObject BuyerBody() => new()
    {
        ["legalName"] = "Acme Ltd",
        ["code"] = "91520100MA6DK8",
        ["country"] = "CN",
        ["contact"] = "acme",
        ["purposes"] = new JsonArray("gx:PovertyRelief"),
    };

    public static JsonObject OfficerBody(string id, string division) => new()
    {
        ["id"] = id,
        ["division"] = division,
        ["mandate"] = "register-and-record",
        ["term"] = Period(),
        ["name"] = "Li Na",
    };

    public static JsonObject NoticeBody(int version) => new()
    {
        ["id"] = "relief-notice",
        ["version"] = version,
        ["language"] = "zh",
        ["title"] = "告知书",
        ["controller"] = "Department relief",
        ["contact"] = "desk 4",
        ["body"] = "第一行\n第二行",
    };

    /// <summary>A unified social credit code: its last character checks the others (GB 32100).</summary>
    public static string CreditCode(int number)
    {
        const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        var text = $"11520000{number:000000000}";
        var (sum, weight) = (0, 1);
        foreach (var letter in text)
        {
            sum += Alphabet.IndexOf(letter, StringComparison.Ordinal) * weight;
            weight = weight * 3 % 31;
        }

        return text + Alphabet[(31 - (sum % 31)) % 31];
    }

    private async Task MakePartiesAsync()
    {
        (await Operator.Post("/v1/departments", DepartmentBody("relief", 1))).Created();
        (await Operator.Post("/v1/departments", DepartmentBody("health", 2))).Created();
        (await Department.Post("/v1/departments/relief/officers", OfficerBody("li", "5201"))).Created();
        (await Department.Post("/v1/departments/relief/officers", OfficerBody("wang", "5201"))).Created();
        (await Department.Post("/v1/departments/relief/officers", OfficerBody("far", "5203"))).Created();
        foreach (var (buyer, id) in new[] { (Buyer, "acme"), (OtherBuyer, "globex") })
        {
            (await buyer.Post("/v1/buyers", BuyerBody())).Created();
            (await Operator.Post($"/v1/buyers/{id}/approve")).Ok();
        }
    }

    private async Task MakeHouseholdsAsync()
    {
        var household = (await Officer.Post("/v1/households", new
        {
            county = "520102",
            members = new object[] { new { adult = true, details = DetailsSecret } },
        })).Created();
        HouseholdId = household.Id;
        MemberId = household.Data["members"]![0]!["id"]!.GetValue<string>();
        OtherHouseholdId = (await Department.Post("/v1/households", new
        {
            county = "520103",
            members = new object[]
            {
                new { adult = true }, new { adult = false, birthYear = 2020, guardians = new[] { 0 } },
            },
        })).Created().Id;
        Household = Node.As($"household/{HouseholdId}");
        OtherHousehold = Node.As($"household/{OtherHouseholdId}");
        IdentifierId = (await Department.Post("/v1/identifiers", new
        {
            scheme = "register",
            value = NumberSecret,
            household = HouseholdId,
        })).Created().Id;
    }

    private async Task MakeDatasetAsync()
    {
        var notice = (await Department.Post("/v1/notices", NoticeBody(1))).Created();
        NoticeDigest = notice.Data["versions"]![0]!["digest"]!.GetValue<string>();
        (await Department.Post("/v1/datasets", DatasetBody("poverty"))).Created();
        RevisionId = (await Department.Post("/v1/datasets/poverty/revisions", RevisionBody())).Created().Id;
        (await Department.PutCsv(
            $"/v1/revisions/{RevisionId}/content", $"number,cause,income\r\n{NumberSecret},illness,1200\r\n")).Ok();
        OfferId = (await Department.Post("/v1/datasets/poverty/offers", OfferBody())).Created().Id;
    }

    public static JsonObject RevisionBody() => new()
    {
        ["columns"] = new JsonArray(
            new JsonObject { ["name"] = "number", ["type"] = "text", ["required"] = true, ["meaning"] = "register" },
            new JsonObject { ["name"] = "cause", ["type"] = "text" },
            new JsonObject { ["name"] = "income", ["type"] = "integer" }),
    };

    public static JsonObject OfferBody() => new()
    {
        ["columns"] = new JsonArray("cause", "income"),
        ["purposes"] = new JsonArray("gx:PovertyRelief"),
        ["period"] = Period(),
        ["assessment"] = new JsonObject { ["reference"] = "PIA-1", ["digest"] = new string('a', 64) },
    };
}
