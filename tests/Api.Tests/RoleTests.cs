using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Exchange.Api.Tests;

/// <summary>Every operation of the document with every role, and with another's identity.</summary>
public sealed class RoleTests(Story story) : IClassFixture<Story>
{
    [Fact]
    public async Task The_document_states_the_roles_of_the_model()
    {
        var stated = (await OperationsAsync()).ToDictionary(
            op => op.Id, op => string.Join(' ', op.Roles.Order(StringComparer.Ordinal)));

        Assert.Equal(RoleTable.RolesByOperation.Keys.Order(), stated.Keys.Order());
        Assert.All(RoleTable.RolesByOperation, row => Assert.Equal(row.Value, stated[row.Key]));
    }

    [Fact]
    public async Task A_role_that_an_operation_does_not_name_is_refused_everywhere()
    {
        List<string> wrong = [];
        foreach (var operation in await OperationsAsync())
        {
            foreach (var (role, client) in Callers().Where(caller => !operation.Roles.Contains(caller.Role)))
            {
                var reply = await CallAsync(operation, client);
                var expected = role == "anonymous" ? HttpStatusCode.Unauthorized : HttpStatusCode.Forbidden;
                if (reply.Status != expected)
                {
                    wrong.Add($"{operation.Id} as {role}: expected {(int)expected}, found {(int)reply.Status}");
                }
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task A_role_that_an_operation_names_passes_the_gate()
    {
        List<string> wrong = [];

        // Reading only: nothing here may change what the other tests see.
        foreach (var operation in (await OperationsAsync()).Where(op => op.Method == HttpMethod.Get))
        {
            foreach (var (role, client) in Callers().Where(caller => operation.Roles.Contains(caller.Role)))
            {
                var reply = await CallAsync(operation, client);
                if (reply.Status == HttpStatusCode.Unauthorized || reply.Code == "role-not-allowed"
                    || (int)reply.Status >= 500)
                {
                    wrong.Add($"{operation.Id} as {role}: found {(int)reply.Status} {reply.Text}");
                }
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Another_party_of_the_same_role_is_refused_what_is_not_its_own()
    {
        List<string> wrong = [];
        foreach (var operation in await OperationsAsync())
        {
            foreach (var (role, status) in RoleTable.Others.GetValueOrDefault(operation.Id) ?? [])
            {
                var reply = await CallAsync(operation, Others()[role]);
                if ((int)reply.Status != status)
                {
                    wrong.Add(
                        $"{operation.Id} as another {role}: expected {status}, found {(int)reply.Status} {reply.Text}");
                }
            }
        }

        Assert.Empty(wrong);
    }

    private (string Role, Client Client)[] Callers() =>
    [
        ("anonymous", story.Anonymous), ("buyer", story.Buyer), ("department", story.Department),
        ("household", story.Household), ("officer", story.Officer), ("operator", story.Operator),
        ("regulator", story.Regulator),
    ];

    private Dictionary<string, Client> Others() => new(StringComparer.Ordinal)
    {
        ["buyer"] = story.OtherBuyer,
        ["department"] = story.OtherDepartment,
        ["household"] = story.OtherHousehold,
        ["officer"] = story.OtherOfficer,
        ["regulator"] = story.Node.As("regulator/other"),
        ["operator"] = story.Operator,
    };

    private async Task<Reply> CallAsync(Operation operation, Client client)
    {
        var path = operation.Path
            .Replace("{member}", story.MemberId, StringComparison.Ordinal)
            .Replace("{consent}", story.ConsentId, StringComparison.Ordinal)
            .Replace("{kind}", "household", StringComparison.Ordinal)
            .Replace("{key}", story.HouseholdId, StringComparison.Ordinal)
            .Replace("{index}", "1", StringComparison.Ordinal)
            .Replace("{version}", "1", StringComparison.Ordinal)
            .Replace("{language}", "zh", StringComparison.Ordinal)
            .Replace("{id}", IdOf(operation), StringComparison.Ordinal);
        var body = operation.Id == "putRevisionContent"
            ? new StringContent("number\r\n", Encoding.UTF8, "text/csv")
            : Client.JsonOf(RoleTable.BodyOf(operation.Id, story));
        var key = operation.Method == HttpMethod.Get ? null : Guid.NewGuid().ToString();
        return await client.Send(operation.Method, path, body, key, ("Case-Number", "2026-17"));
    }

    private string IdOf(Operation operation) => operation.Path.Split('/')[2] switch
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
        "deliveries" => story.DeliveryId,
        _ => "nothing",
    };

    private async Task<IReadOnlyList<Operation>> OperationsAsync()
    {
        var document = (await story.Anonymous.Get("/openapi/v1.json")).Ok().Json;
        return
        [
            .. from path in document["paths"]!.AsObject()
               from method in path.Value!.AsObject()
               where path.Key.StartsWith("/v1/", StringComparison.Ordinal)
               select new Operation(
                   method.Value!["operationId"]!.GetValue<string>(), new HttpMethod(method.Key.ToUpperInvariant()),
                   path.Key, [.. method.Value["x-roles"]!.AsArray().Select(role => role!.GetValue<string>())]),
        ];
    }

    private sealed record Operation(string Id, HttpMethod Method, string Path, IReadOnlyList<string> Roles);
}
