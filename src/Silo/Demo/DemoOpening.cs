using System.Text.Json;
using Exchange.Grains.Codes;
using Exchange.Grains.Values;

namespace Exchange.Silo.Demo;

/// <summary>
/// The story's beginning: parties, households with their numbers, notice, datasets with revision and offer.
/// </summary>
internal sealed class DemoOpening(DemoApi api, DemoParties parties, DemoTable table, DemoSteps steps, int seed)
{
    internal const string Purpose = "gx:PovertyRelief";
    internal const string Scheme = "register";
    private const int BatchSize = 1000;

    private static readonly object Year = new { from = "2020-01-01T00:00:00Z", until = "2099-01-01T00:00:00Z" };

    internal async Task RegisterPartiesAsync()
    {
        await DepartmentAsync(
            DemoParties.Department, "Guizhou Office of Poverty Relief", "11520000MB1A0001XM", "poverty-relief");
        await DepartmentAsync(
            DemoParties.SecondDepartment, "Guizhou Department of Civil Affairs", "11520000MB1A0002YR", "civil-affairs");
        foreach (var officer in new[] { DemoParties.FirstOfficer, DemoParties.SecondOfficer })
        {
            _ = await api.PostAsync(
                parties.Publisher, $"appoint {officer}", $"/v1/departments/{DemoParties.Department}/officers",
                new
                {
                    id = officer,
                    division = "52",
                    mandate = "register-and-record",
                    term = Year,
                    name = $"Name of {officer}",
                });
        }

        _ = await api.PostAsync(parties.Licensee, "register buyer", "/v1/buyers", new
        {
            id = DemoParties.Buyer,
            legalName = "Acme Analytics",
            code = "US-1234",
            country = "US",
            contact = "data@acme.example",
            purposes = new[] { Purpose },
        });
        _ = await api.PostAsync(parties.Operator, "approve buyer", $"/v1/buyers/{DemoParties.Buyer}/approve");
        await steps.SayAsync("registered two departments, two officers and a buyer, which the operator approved");
    }

    internal async Task<ImmutableArray<DemoHousehold>> RegisterHouseholdsAsync()
    {
        var random = new Random(seed);
        var counties = table.Rows
            .Select(_ => Divisions.Counties[random.Next(Divisions.Counties.Length)].Code).ToArray();
        var households = ImmutableArray.CreateBuilder<DemoHousehold>(table.Rows.Length);
        foreach (var rows in Enumerable.Range(0, table.Rows.Length).Chunk(BatchSize))
        {
            var answer = await api.PostAsync(parties.Publisher, $"households {rows[0]}", "/v1/households/batch", new
            {
                items = rows.Select(row => new
                {
                    id = api.KeyOf($"household {row}"),
                    county = counties[row].Value,
                    members = new[]
                    {
                        new { adult = true, details = $"Head of household {table.KeyOf(table.Rows[row])}" },
                    },
                }),
            });
            foreach (var (row, item) in rows.Zip(ItemsOf(answer)))
            {
                var data = item.GetProperty("data");
                households.Add(new(
                    row, GrainKey.Parse(data.GetProperty("id").GetString()!),
                    GrainKey.Parse(data.GetProperty("members")[0].GetProperty("id").GetString()!), counties[row]));
            }

            await LinkAsync([.. households.Skip(rows[0])]);
            await steps.ProgressAsync("households registered and linked", households.Count, table.Rows.Length);
        }

        await steps.SayAsync($"registered {households.Count} households and linked them to the department's numbers");
        return households.ToImmutable();
    }

    internal async Task<JsonElement> PublishNoticeAsync()
    {
        var answer = await api.PostAsync(parties.Publisher, "notice", "/v1/notices", new
        {
            id = DemoParties.Notice,
            version = 1,
            language = "en",
            title = "How data about your household is used",
            controller = "Guizhou Office of Poverty Relief",
            contact = "relief@guizhou.example",
            body = "We ask you to let the named recipient use the named columns for poverty relief.\n"
                + "You can take this back at any time, as easily as you gave it.",
        });
        await steps.SayAsync("published the notice that households are told");
        return answer.GetProperty("data").GetProperty("versions")[0];
    }

    /// <summary>Publishes a dataset with one revision and an offer; answers the offer.</summary>
    internal async Task<JsonElement> PublishDatasetAsync(string dataset, string title, int repeat)
    {
        _ = await api.PostAsync(parties.Publisher, $"dataset {dataset}", "/v1/datasets", DatasetBody(dataset, title));
        var columns = table.Columns.Select(column => new
        {
            name = column.Name.Value,
            type = JsonNamingPolicy.KebabCaseLower.ConvertName(column.Type.ToString()),
            required = column.Required,
            meaning = $"The column {column.Name} of the table.",
        });
        var declared = await api.PostAsync(
            parties.Publisher, $"revision {dataset}", $"/v1/datasets/{dataset}/revisions", new { columns });
        var revision = declared.GetProperty("data").GetProperty("id").GetString();
        var file = Path.GetTempFileName();
        try
        {
            await using (var csv = File.Create(file))
            {
                table.WriteCsv(csv, repeat);
            }

            var published = await api.PutCsvAsync(
                parties.Publisher, $"content {dataset}", $"/v1/revisions/{revision}/content",
                () => File.OpenRead(file));
            var stored = published.GetProperty("data").GetProperty("rowsStored").GetInt64();
            var offer = await api.PostAsync(parties.Publisher, $"offer {dataset}", $"/v1/datasets/{dataset}/offers", new
            {
                columns = table.Delivered.Select(column => column.Value),
                purposes = new[] { Purpose },
                period = Year,
                assessment = new { reference = "PIA-2026-7", digest = new string('a', 64) },
            });
            await steps.SayAsync($"published dataset {dataset} with a revision of {stored} rows and an offer");
            return offer.GetProperty("data");
        }
        finally
        {
            File.Delete(file);
        }
    }

    private async Task DepartmentAsync(string id, string name, string code, string authority) =>
        _ = await api.PostAsync(parties.Operator, $"department {id}", "/v1/departments", new
        {
            id,
            legalName = name,
            creditCode = code,
            contact = $"{id}@guizhou.example",
            division = "52",
            authority,
        });

    private async Task LinkAsync(ImmutableArray<DemoHousehold> households)
    {
        var answer = await api.PostAsync(
            parties.Publisher, $"identifiers {households[0].Row}", "/v1/identifiers/batch", new
            {
                items = households.Select(household => new
                {
                    id = api.KeyOf($"identifier {household.Row}"),
                    scheme = Scheme,
                    value = table.KeyOf(table.Rows[household.Row]),
                    household = household.Key.Value,
                }),
            });
        _ = ItemsOf(answer);
    }

    // A batch answers 200 whatever its items came to.
    private static JsonElement[] ItemsOf(JsonElement answer)
    {
        var items = answer.GetProperty("items").EnumerateArray().ToArray();
        var failed = items.FirstOrDefault(item => item.GetProperty("status").GetInt32() is < 200 or > 299);
        return failed.ValueKind == JsonValueKind.Undefined
            ? items
            : throw new DemoException($"An item of a batch was answered {failed}");
    }

    private object DatasetBody(string dataset, string title) => new
    {
        id = dataset,
        description = new
        {
            title = new Dictionary<string, string>(StringComparer.Ordinal) { ["en"] = title },
            description = new Dictionary<string, string>(StringComparer.Ordinal) { ["en"] = $"{title}, by household." },
            keywords = new[] { "poverty", "households" },
            themes = new[] { "government" },
            source = "Registration cards of households",
            contact = "relief@guizhou.example",
            spatial = new[] { "52" },
            frequency = "monthly",
        },
        classification = new
        {
            level = "important",
            personal = "sensitive",
            sharing = "conditional",
            opening = "none",
            tradeable = true,
        },
        subject = new { level = "household", keyColumn = table.KeyColumn.Value, scheme = Scheme },
    };
}
