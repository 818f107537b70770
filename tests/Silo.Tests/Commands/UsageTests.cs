using Exchange.Silo.Tests.Programs;

namespace Exchange.Silo.Tests.Commands;

public sealed class UsageTests
{
    [Theory]
    [InlineData("--help", "serve", "demo", "token", "check")]
    [InlineData("serve --help", "--data", "--url", "--delivery-rows-per-second")]
    [InlineData("serve --help", "--cluster-id", "--service-id", "EXCHANGE_SERVICE_ID", "--advertise", "--silo-port")]
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
    [InlineData("serve --cluster --silo-port 0", "--silo-port: expected a port, 1 to 65535, found '0'")]
    [InlineData("serve --cluster --silo-port 70000", "--silo-port: expected a port, 1 to 65535, found '70000'")]
    [InlineData("serve --cluster --gateway-port many", "--gateway-port: expected a port, 1 to 65535, found 'many'")]
    [InlineData("serve --cluster --silo-port x --gateway-port y", "--gateway-port: expected a port, 1 to 65535")]
    [InlineData("serve --cluster --silo-port 30000", "--silo-port and --gateway-port: expected two ports, found 30000")]
    [InlineData("serve --cluster --advertise 0.0.0.0", "at which other nodes reach this one, such as 10.0.0.5")]
    [InlineData("serve --cluster --advertise ::", "--advertise: expected an IP address")]
    [InlineData("serve --cluster --advertise 255.255.255.255", "--advertise: expected an IP address")]
    [InlineData("serve --cluster --advertise 10.1", "such as 10.0.0.5, found '10.1'")]
    [InlineData("serve --cluster --advertise silo-1", "such as 10.0.0.5, found 'silo-1'")]
    [InlineData("serve --cluster --service-id ", "--service-id: expected a name, found ''")]
    [InlineData("serve --gateway --cluster-id ", "--cluster-id: expected a name, found ''")]
    [InlineData("serve --cluster --gateway", "--cluster and --gateway exclude each other")]
    [InlineData("serve --cluster --store sqlite", "expected --store postgres, or no --store at all, found sqlite")]
    [InlineData("serve --gateway --store sqlite", "expected --store postgres, or no --store at all, found sqlite")]
    [InlineData("serve --cluster --store oracle", "'oracle' is no store: expected sqlite or postgres")]
    [InlineData("serve --service-id trade", "--service-id is for a node of a cluster: expected --cluster or --gateway")]
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

    [Theory]
    [InlineData("EXCHANGE_SILO_PORT", "70000", "--silo-port", "11112", "expected a port, 1 to 65535, found '70000'")]
    [InlineData("EXCHANGE_GATEWAY_PORT", "many", "--gateway-port", "30001", "expected a port, 1 to 65535")]
    [InlineData("EXCHANGE_ADVERTISE", "0.0.0.0", "--advertise", "10.0.0.5", "expected an IP address")]
    [InlineData("EXCHANGE_CLUSTER_ID", " ", "--cluster-id", "guiyang", "expected a name, found ' '")]
    [InlineData("EXCHANGE_SERVICE_ID", " ", "--service-id", "trade", "expected a name, found ' '")]
    public async Task A_bad_variable_is_named_where_no_option_stands_in_for_it(
        string variable, string value, string option, string good, string reason)
    {
        using var folder = new WorkFolder();
        var environment = new Dictionary<string, string> { [variable] = value };
        string[] serve = ["serve", "--cluster", "--data", folder.Data];

        var refused = await ExchangeProgram.RunInAsync(environment, serve);
        var read = await ExchangeProgram.RunInAsync(environment, [.. serve, option, good]);

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains($"{variable}: {reason}", refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(variable, read.Errors, StringComparison.Ordinal);
        Assert.Contains("This build has no cluster.", read.Errors, StringComparison.Ordinal);
    }
}
