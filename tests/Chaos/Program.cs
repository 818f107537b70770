using System.CommandLine;
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
var root = new RootCommand(
    "Kills real nodes, and the server they share, at random moments under load and holds them to what they "
    + "acknowledged.")
{
    kills, seed, store,
};
root.SetAction(async parsed =>
{
    var report = await KillRun.RunAsync(
        parsed.GetValue(store)!, parsed.GetValue(kills), parsed.GetValue(seed), Console.Error);
    await Console.Out.WriteLineAsync(report.ToString());
    return report.IsGood ? 0 : 1;
});
return await root.Parse(args).InvokeAsync();
