using Exchange.Silo.Tests.Programs;

namespace Exchange.Silo.Tests.Commands;

public sealed class UsageTests
{
    [Theory]
    [InlineData("--help", "serve", "demo", "token", "check")]
    [InlineData("serve --help", "--data", "--url", "--delivery-rows-per-second")]
    [InlineData("demo --help", "--households", "--key", "--seed", "--data", "--stay")]
    [InlineData("token --help", "--role", "--subject", "--hours", "buyer")]
    [InlineData("check --help", "--data", "--rebuild")]
    public async Task Help_names_what_there_is(string command, params string[] words)
    {
        var ended = (await ExchangeProgram.RunAsync(command.Split(' '))).Good();

        Assert.All(words, word => Assert.Contains(word, ended.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("serve --colour blue", "--colour")]
    [InlineData("--colour blue", "--colour")]
    [InlineData("sevre", "sevre")]
    [InlineData("serve --delivery-rows-per-second 0", "expected 1 to")]
    [InlineData("serve --delivery-rows-per-second many", "many")]
    [InlineData("serve --url https://127.0.0.1", "is not a URL such as http://127.0.0.1:5080")]
    [InlineData("serve --url http://127.0.0.1:1/below", "is not a URL such as")]
    [InlineData("demo --households table.csv", "--households and --key go together")]
    [InlineData("token --role buyer", "--subject")]
    [InlineData("token --role wizard --subject buyer/acme", "wizard")]
    [InlineData("token --role 1 --subject operator/main", "'1'")]
    [InlineData("token --role buyer --subject buyer/acme --hours 0", "expected 1 to")]
    public async Task What_is_not_understood_prints_usage_and_fails(string command, string reason)
    {
        var ended = await ExchangeProgram.RunAsync(command.Split(' '));

        Assert.NotEqual(0, ended.ExitCode);
        Assert.Contains(reason, ended.Errors, StringComparison.Ordinal);
        Assert.Contains("Usage:", ended.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--cluster")]
    [InlineData("--gateway")]
    public async Task A_build_without_the_cluster_says_so_before_it_opens_anything(string role)
    {
        using var folder = new WorkFolder();

        var ended = await ExchangeProgram.RunAsync("serve", role, "--data", folder.Data);

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("This build has no cluster.", ended.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.Data));
    }
}
