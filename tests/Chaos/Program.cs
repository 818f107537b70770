using System.CommandLine;
using Exchange.Chaos.Cluster;
using Exchange.Chaos.Kills;

var kills = new Option<int>("--kills")
{
    Description = "How often something is killed.",
    DefaultValueFactory = _ => 50,
};
var seed = new Option<int>("--seed")
{
    Description = "Repeats the same load and moments.",
    DefaultValueFactory = _ => 1,
};
var store = new Option<string>("--store") { Description = "The nodes' store.", DefaultValueFactory = _ => "sqlite" };
store.AcceptOnlyFromAmong("sqlite", "postgres");
var cluster = new Option<int?>("--cluster")
{
    Description = "How many silos a cluster has; without it nodes share nothing but a store.",
};
cluster.Validators.Add(result =>
{
    if (result.Tokens is [{ Value: var text }] && int.TryParse(text, out var silos) && silos is < 2 or > 9)
    {
        result.AddError($"--cluster: expected 2 to 9, found {silos}.");
    }
});
var program = new Option<string?>("--program")
{
    Description = "The exchange with Orleans that a cluster runs; the one built beside this program where none is.",
};
var root = new RootCommand(
    "Kills real nodes, and the server they share, at random moments under load and holds them to what they "
    + "acknowledged.")
{
    kills, seed, store, cluster, program,
};

// Whoever has seen enough of a long run ends it with SIGTERM and still gets the report of what was done.
root.SetAction(async (parsed, enough) =>
{
    if (parsed.GetValue(cluster) is { } silos)
    {
        return await ClusterProgram.RunAsync(
            parsed.GetValue(program), silos, parsed.GetValue(kills), parsed.GetValue(seed), enough);
    }

    var report = await KillRun.RunAsync(
        parsed.GetValue(store)!, parsed.GetValue(kills), parsed.GetValue(seed), Console.Error, enough);
    await Console.Out.WriteLineAsync(report.ToString());
    return report.IsGood ? 0 : 1;
});
return await root.Parse(args).InvokeAsync(new() { ProcessTerminationTimeout = TimeSpan.FromHours(1) });
