using System.CommandLine;
using System.Globalization;

namespace Exchange.Benchmarks;

/// <summary>
/// Consents per second through a cluster, calls between its silos and memory of its grains, beside Orleans' own way of
/// keeping a state. A build without the cluster says so.
/// </summary>
internal static class ClusterCommand
{
    internal static Command Create()
    {
        var callers = new Option<int[]>("--callers")
        {
            DefaultValueFactory = _ => [1, 64, 512],
            CustomParser = result =>
                [.. result.Tokens[0].Value.Split(',').Select(text => int.Parse(text, CultureInfo.InvariantCulture))],
        };
        var chains = new Option<int>("--chains") { DefaultValueFactory = _ => 20_000 };
        var grains = new Option<int>("--grains") { DefaultValueFactory = _ => 100_000 };
        var consents = new Option<int>("--consents")
        {
            Description = "How many consents each household has given before.",
            DefaultValueFactory = _ => 1,
        };
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 5 };
        var seconds = new Option<int>("--seconds") { DefaultValueFactory = _ => 10 };
        var seed = new Option<int>("--seed") { DefaultValueFactory = _ => 1 };
        var writers = new Option<int>("--writers") { DefaultValueFactory = _ => 2 };
        var server = new Option<string[]>("--set") { Description = "A setting of PostgreSQL, name=value." };
        var only = new Option<string[]>("--only")
        {
            Description = "Parts of it: grains, cohosted, client, calls.",
            AllowMultipleArgumentsPerToken = true,
        };
        _ = only.AcceptOnlyFromAmong("grains", "cohosted", "client", "calls");
        var command = new Command("cluster", "Silos and their client, beside Orleans' own state writes.")
        {
            callers, chains, grains, consents, rounds, seconds, seed, writers, server, only,
        };
#if ORLEANS
        command.SetAction((parsed, _) => Silos.ClusterBenchmark.RunAsync(
            new(
                [.. parsed.GetValue(callers)!], parsed.GetValue(chains), parsed.GetValue(grains),
                parsed.GetValue(consents), parsed.GetValue(rounds),
                TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(seed), parsed.GetValue(writers),
                [.. parsed.GetValue(server) ?? []]),
            parsed.GetValue(only) is { Length: > 0 } parts ? parts : ["grains", "cohosted", "client", "calls"]));
#else
        const int NotInThisBuild = 2;
        command.SetAction(_ =>
        {
            Console.Error.WriteLine("This build has no cluster: build the benchmarks with -p:Orleans=true.");
            return NotInThisBuild;
        });
#endif
        return command;
    }
}
