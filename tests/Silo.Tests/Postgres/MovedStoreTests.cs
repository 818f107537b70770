using System.Text;
using System.Text.Json.Nodes;
using Exchange.Chaos.Clients;
using Exchange.Ledger;
using Exchange.Silo.Tests.Commands;
using Exchange.Silo.Tests.Programs;
using Exchange.Store.Postgres;

namespace Exchange.Silo.Tests.Postgres;

/// <summary>The same exchange in both kinds of store.</summary>
public sealed class MovedStoreTests(StoppedNode stopped) : IClassFixture<StoppedNode>, IDisposable
{
    private readonly WorkFolder _folder = new();

    [ServerFact]
    public async Task An_exchange_that_is_moved_into_PostgreSQL_keeps_every_byte_and_every_receipt()
    {
        var database = new SharedDatabase(_folder);
        using var server = PrivateServer.Start();
        var data = stopped.CopyTo(_folder);
        File.Copy(_folder.MasterKey, _folder.In("master.key"), overwrite: true);
        var (first, second) = (_folder.In("first"), _folder.In("second"));

        var exported = (await ExchangeProgram.RunAsync("export", "--data", data, "--to", first)).Good();
        var imported = await database.RunAsync(server, "import", "--data", _folder.In("node"), "--from", first);
        var again = await database.RunWithFilesAsync(server, "export", "--data", _folder.In("node"), "--to", second);

        _ = again.Good();
        Assert.Equal(exported.Output.Replace("exported", "imported", StringComparison.Ordinal), imported.Good().Output);
        Assert.Equal(
            await File.ReadAllTextAsync(Path.Combine(first, "SHA256SUMS")),
            await File.ReadAllTextAsync(Path.Combine(second, "SHA256SUMS")));
        var (exitCode, said) = await Evidence.VerifyAsync(
            Path.Combine(second, "chains"), "--receipt", _folder.Write("receipt.json", stopped.Receipt));
        Assert.True(exitCode == 0, said);
        Assert.Contains("matches 1 kept receipt", said, StringComparison.Ordinal);
        await using var node = await database.StartNodeAsync(server);
        var answer = await node.Client.GetAsync(
            await database.TokenAsync(server, Role.Department, $"department/{World.Department}"),
            $"/v1/households/{stopped.Household}");
        Assert.True(answer.IsSuccess, answer.Text);
    }

    [Fact]
    public async Task A_file_with_a_connection_that_is_not_there_is_told()
    {
        var missing = _folder.In("connection");

        var ended = await ExchangeProgram.RunInAsync(
            new() { ["EXCHANGE_POSTGRES_FILE"] = missing },
            ["export", "--store", "postgres", "--data", _folder.In("node"), "--to", _folder.In("out")]);

        ended.Refused("EXCHANGE_POSTGRES_FILE names a file without access", missing);
    }

    [ServerFact]
    public async Task The_story_ends_the_same_on_PostgreSQL_as_on_SQLite()
    {
        var table = new StringBuilder("id,income\n");
        for (var row = 0; row < 40; row++)
        {
            _ = table.Append($"{row},{row * 3}\n");
        }

        var path = _folder.Write("t.csv", table.ToString());
        string[] demo = ["demo", "--households", path, "--key", "id", "--seed", "7"];

        var sqlite = await ExchangeProgram.RunAsync([.. demo, "--data", _folder.In("sqlite")]);
        var postgres = await ExchangeProgram.RunAsync(
            [.. demo, "--data", _folder.In("postgres"), "--store", "postgres"]);

        Assert.Equal(ReportOf(sqlite), ReportOf(postgres));
    }

    public void Dispose() => _folder.Dispose();

    // All but the path of the evidence.
    private static string ReportOf(Ended ended)
    {
        var report = JsonNode.Parse(ended.Good().Output)!.AsObject();
        _ = report.Remove("evidence");
        return report.ToJsonString();
    }
}
