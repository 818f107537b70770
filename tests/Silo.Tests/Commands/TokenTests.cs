using Exchange.Api;
using Exchange.Api.Security;
using Exchange.Chaos.Clients;
using Exchange.Ledger;
using Exchange.Signing;
using Exchange.Silo.Node;
using Exchange.Silo.Tests.Programs;
using Exchange.Store.Sqlite;

namespace Exchange.Silo.Tests.Commands;

public sealed class TokenTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    [Fact]
    public async Task Tokens_made_beside_the_node_and_without_it_are_taken_by_the_node()
    {
        string early;
        await using (var node = await RunningNode.StartAsync(_folder.Data))
        {
            _ = (await node.Program.TerminateAsync()).Good();
            early = await Tokens.IssueAsync(_folder.Data, "operator", "operator/main");
        }

        await using var again = await RunningNode.StartAsync(_folder.Data);
        var late = await Tokens.IssueAsync(_folder.Data, "operator", "operator/main");

        foreach (var token in (string[])[early, late])
        {
            var answer = await again.Client.GetAsync(token, "/v1/departments");
            Assert.True(answer.IsSuccess, answer.Text);
        }
    }

    [Fact]
    public async Task Several_subjects_get_a_line_each_and_one_that_is_wrong_gets_none()
    {
        await using var node = await RunningNode.StartAsync(_folder.Data);
        string[] token = ["token", "--data", _folder.Data, "--role", "buyer", "--subject", "buyer/acme", "--subject"];

        var two = (await ExchangeProgram.RunAsync([.. token, "buyer/other"])).Good();
        var lines = two.Output.Split('\n');

        Assert.Equal(2, lines.Length);
        Assert.Equal(2, lines.Distinct().Count());
        (await ExchangeProgram.RunAsync([.. token, "department/relief"]))
            .Refused("A buyer cannot be department/relief", "only an officer");
        (await ExchangeProgram.RunAsync([.. token, "acme"])).Refused("'acme' is not a subject such as buyer/acme");
    }

    [Fact]
    public async Task An_officer_without_department_and_a_person_with_a_name_are_told()
    {
        await using var node = await RunningNode.StartAsync(_folder.Data);
        string[] token = ["token", "--data", _folder.Data, "--role", "officer", "--subject", "officer/first"];

        (await ExchangeProgram.RunAsync(token)).Refused("officer names the department", "on behalf of");
        (await ExchangeProgram.RunAsync([.. token, "--on-behalf-of", "relief"])).Refused("'relief' is not a party");
        (await ExchangeProgram.RunAsync([.. token, "--on-behalf-of", "department/relief", "--person", "Wang Xiaoming"]))
            .Refused("A person is 1 to 64");
    }

    [Fact]
    public async Task A_directory_without_a_node_is_told_and_stays_as_it_is()
    {
        var ended = await ExchangeProgram.RunAsync(
            "token", "--data", _folder.Data, "--role", "buyer", "--subject", "buyer/acme");

        ended.Refused(_folder.Data, "no node's data directory", "--data");
        Assert.False(Directory.Exists(_folder.Data));
    }

    [Fact]
    public async Task An_expired_token_and_one_of_another_exchange_are_not_taken()
    {
        await using var node = await RunningNode.StartAsync(_folder.Data);
        await using var other = await RunningNode.StartAsync(_folder.In("other"));

        var good = await node.Client.GetAsync(await MakeAsync(TimeSpan.Zero), "/v1/departments");
        var expired = await node.Client.GetAsync(await MakeAsync(TimeSpan.FromHours(26)), "/v1/departments");
        var strange = await node.Client.GetAsync(
            await Tokens.IssueAsync(other.Data, "operator", "operator/main"), "/v1/departments");

        Assert.Equal([200, 401, 401], [good.Status, expired.Status, strange.Status]);
    }

    public void Dispose() => _folder.Dispose();

    // What the program made so long ago, with its default of 24 hours.
    private async Task<string> MakeAsync(TimeSpan ago)
    {
        var data = new DataDirectory(_folder.Data);
        var master = new MasterKey(MasterKeyFile.Read(data.MasterKey));
        var kept = new KeptSecrets(
            data, (names, _) => ValueTask.FromResult(SqliteSecretReader.FindMany(data.Path, names)));
        using var secrets = await KeptSecrets.LoadAsync(data, kept, master, CancellationToken.None);
        var issuer = new TokenIssuer(
            secrets.Tokens, SqliteExchangeReader.Read(data.Path), new ApiOptions(), new PastTime(ago));
        return issuer.Issue(Role.Operator, ChainId.Parse("operator/main"));
    }

    private sealed class PastTime(TimeSpan ago) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() - ago;
    }
}
