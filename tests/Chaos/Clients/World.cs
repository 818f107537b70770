using System.Text.Json.Nodes;

namespace Exchange.Chaos.Clients;

/// <summary>
/// A small exchange to break: a department with two officers, an approved buyer, a notice, and households linked to the
/// department's numbers. Every step has a fixed key, so that the set-up itself can be repeated after a crash.
/// </summary>
public sealed class World
{
    public const string Department = "relief";
    public const string Buyer = "acme";
    public const string Dataset = "register";
    public const string Purpose = "gx:PovertyRelief";
    public const string CaseNumber = "CASE-1";

    private World(WorldTokens tokens) => By = tokens;

    public WorldTokens By { get; }

    /// <summary>Household ids, members and own tokens, in the order of their numbers.</summary>
    public IReadOnlyList<WorldHousehold> Households { get; private set; } = [];

    public JsonNode Notice { get; private set; } = new JsonObject();

    public string Revision { get; private set; } = "";

    public JsonNode Offer { get; private set; } = new JsonObject();

    /// <summary>
    /// Two columns of a register: <c>number</c> is the key, <c>income</c> and <c>cause</c> are delivered.
    /// </summary>
    public static IReadOnlyList<string> Columns { get; } = ["cause", "income"];

    public static JsonObject Always => new() { ["from"] = "2020-01-01T00:00:00Z", ["until"] = "2098-01-01T00:00:00Z" };

    public static async Task<World> BuildAsync(ExchangeClient client, NodeKeep keep, int households)
    {
        var world = new World(await WorldTokens.IssueAsync(keep));
        await world.RegisterPartiesAsync(client);
        await world.RegisterHouseholdsAsync(client, keep, households);
        await world.PublishAsync(client);
        return world;
    }

    /// <summary>The body of a consent to the register for the buyer.</summary>
    public JsonObject Consent(string? giver = null, IReadOnlyList<string>? columns = null) => new()
    {
        ["notice"] = new JsonObject
        {
            ["notice"] = "told",
            ["version"] = 1,
            ["language"] = "en",
            ["digest"] = Notice["digest"]!.GetValue<string>(),
        },
        ["recipient"] = $"buyer/{Buyer}",
        ["dataset"] = Dataset,
        ["columns"] = Texts(columns ?? Columns),
        ["purposes"] = Texts([Purpose]),
        ["methods"] = Texts(["use"]),
        ["validity"] = Always,
        ["retentionDays"] = 30,
        ["giver"] = giver,
        ["collection"] = giver is null ? null : new JsonObject
        {
            ["signedAt"] = "2026-01-05T09:00:00+08:00",
            ["scan"] = new string('b', 64),
            ["paperReference"] = "Binder 7",
        },
    };

    /// <summary>The body of an agreement about the register.</summary>
    public JsonObject Agreement() => new()
    {
        ["dataset"] = Dataset,
        ["offer"] = Offer["id"]!.GetValue<string>(),
        ["purpose"] = Purpose,
        ["period"] = Always,
    };

    public static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);

    /// <summary>The same key for the same step, whatever happened to the step before.</summary>
    public static Guid Key(string step) =>
        new(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(step)).AsSpan(0, 16));

    /// <summary>Declares a revision, puts its content and answers its id.</summary>
    public async Task<string> PutRevisionAsync(ExchangeClient client, string name, JsonArray columns, string csv)
    {
        var revision = await DeclareRevisionAsync(client, name, columns);
        _ = (await PutContentAsync(client, name, revision, csv)).Expect();
        return revision;
    }

    /// <summary>Declares a revision and answers its id.</summary>
    public async Task<string> DeclareRevisionAsync(ExchangeClient client, string name, JsonArray columns) =>
        (await client.PostAsync(
            By.Department, $"/v1/datasets/{Dataset}/revisions", Key($"declare {name}"),
            new JsonObject { ["columns"] = columns })).Expect().Data["id"]!.GetValue<string>();

    /// <summary>Puts the content of a declared revision.</summary>
    public Task<Answer> PutContentAsync(ExchangeClient client, string name, string revision, string csv) =>
        client.PutCsvAsync(By.Department, $"/v1/revisions/{revision}/content", Key($"put {name}"), csv);

    public static JsonObject Column(string name, string type) =>
        new() { ["name"] = name, ["type"] = type, ["required"] = false, ["meaning"] = name };

    private async Task RegisterPartiesAsync(ExchangeClient client)
    {
        _ = (await client.PostAsync(By.Operator, "/v1/departments", Key("department"), DepartmentBody())).Expect();
        foreach (var officer in new[] { "first", "second" })
        {
            _ = (await client.PostAsync(
                By.Department, $"/v1/departments/{Department}/officers", Key($"officer {officer}"), new JsonObject
                {
                    ["id"] = officer,
                    ["division"] = "52",
                    ["mandate"] = "register-and-record",
                    ["term"] = Always,
                    ["name"] = $"Officer {officer}",
                })).Expect();
        }

        _ = (await client.PostAsync(By.Buyer, "/v1/buyers", Key("buyer"), new JsonObject
        {
            ["id"] = Buyer,
            ["legalName"] = "Acme Analytics",
            ["code"] = "US-1234",
            ["country"] = "US",
            ["contact"] = "data@acme.example",
            ["purposes"] = Texts([Purpose]),
        })).Expect();
        _ = (await client.PostAsync(By.Operator, $"/v1/buyers/{Buyer}/approve", Key("approve"))).Expect();
    }

    private async Task RegisterHouseholdsAsync(ExchangeClient client, NodeKeep keep, int count)
    {
        var key = Key("households");
        var registered = (await client.PostAsync(By.Department, "/v1/households/batch", key, new JsonObject
        {
            ["items"] = new JsonArray([.. Enumerable.Range(0, count).Select(number => (JsonNode)new JsonObject
            {
                ["id"] = Key($"household {number}").ToString(),
                ["county"] = "520102",
                ["members"] = new JsonArray(new JsonObject { ["adult"] = true, ["details"] = $"Person {number}" }),
            })]),
        })).Expect().Json!["items"]!.AsArray();
        var ids = registered.Select(item => item!["data"]!["id"]!.GetValue<string>()).ToArray();
        var linked = (await client.PostAsync(By.Department, "/v1/identifiers/batch", Key("identifiers"), new JsonObject
        {
            ["items"] = new JsonArray([.. ids.Select((id, number) => (JsonNode)new JsonObject
            {
                ["id"] = Key($"identifier {number}").ToString(),
                ["scheme"] = "register",
                ["value"] = NumberOf(number),
                ["household"] = id,
            })]),
        })).Expect().Json!["items"]!.AsArray();
        var tokens = await Tokens.IssueAsync(keep, "household", [.. ids.Select(id => $"household/{id}")]);
        Households =
        [
            .. ids.Select((id, number) => new WorldHousehold(
                number, id, registered[number]!["data"]!["members"]![0]!["id"]!.GetValue<string>(),
                linked[number]!["data"]!["id"]!.GetValue<string>(), tokens[number])),
        ];
    }

    private async Task PublishAsync(ExchangeClient client)
    {
        var notice = (await client.PostAsync(By.Department, "/v1/notices", Key("notice"), NoticeBody())).Expect();
        Notice = notice.Data["versions"]![0]!.DeepClone();
        _ = (await client.PostAsync(By.Department, "/v1/datasets", Key("dataset"), DatasetBody())).Expect();
        Revision = await PutRevisionAsync(client, "first", FirstColumns(), Csv());
        Offer = (await client.PostAsync(
            By.Department, $"/v1/datasets/{Dataset}/offers", Key("offer"), new JsonObject
            {
                ["columns"] = Texts(Columns),
                ["purposes"] = Texts([Purpose]),
                ["period"] = Always,
                ["assessment"] = new JsonObject { ["reference"] = "PIA-1", ["digest"] = new string('a', 64) },
            })).Expect().Data.DeepClone();
    }

    public static JsonArray FirstColumns() =>
        new(Column("number", "text"), Column("cause", "text"), Column("income", "integer"));

    public static string NumberOf(int household) => $"52-{household:D5}";

    /// <summary>A row for each household, in the columns of the first revision.</summary>
    public string Csv() =>
        "number,cause,income\r\n"
        + string.Concat(Households.Select(each => $"{NumberOf(each.Number)},illness,{1000 + each.Number}\r\n"));

    /// <summary>The body that registers the department.</summary>
    public static JsonObject DepartmentBody() => new()
    {
        ["id"] = Department,
        ["legalName"] = "Office of Poverty Relief",
        ["creditCode"] = "11520000MB1A0001XM",
        ["contact"] = "relief@example.org",
        ["division"] = "52",
        ["authority"] = "poverty-relief",
    };

    /// <summary>The body that publishes the notice.</summary>
    public static JsonObject NoticeBody() => new()
    {
        ["id"] = "told",
        ["version"] = 1,
        ["language"] = "en",
        ["title"] = "How data is used",
        ["controller"] = "Office of Poverty Relief",
        ["contact"] = "relief@example.org",
        ["body"] = "You can take this back at any time.",
    };

    /// <summary>The body that publishes the dataset.</summary>
    public static JsonObject DatasetBody() => new()
    {
        ["id"] = Dataset,
        ["description"] = new JsonObject
        {
            ["title"] = new JsonObject { ["en"] = "Register" },
            ["description"] = new JsonObject { ["en"] = "Poor households" },
            ["keywords"] = Texts(["poverty"]),
            ["themes"] = Texts(["government"]),
            ["source"] = "Registration cards",
            ["contact"] = "relief@example.org",
            ["spatial"] = Texts(["52"]),
            ["frequency"] = "monthly",
        },
        ["classification"] = Classification("important"),
        ["subject"] = new JsonObject { ["level"] = "household", ["keyColumn"] = "number", ["scheme"] = "register" },
    };

    public static JsonObject Classification(string level) => new()
    {
        ["level"] = level,
        ["personal"] = "sensitive",
        ["sharing"] = "conditional",
        ["opening"] = "none",
        ["tradeable"] = true,
    };
}

/// <summary>A household of the small exchange.</summary>
/// <param name="Identifier">The id of the identifier that stands for it.</param>
public sealed record WorldHousehold(int Number, string Id, string Member, string Identifier, string Token);
