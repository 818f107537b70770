using System.CommandLine;
using Exchange.Chaos.Kills;

var kills = new Option<int>("--kills") { Description = "How often the node is killed.", DefaultValueFactory = _ => 50 };
var seed = new Option<int>("--seed")
{
    Description = "Repeats the same load and moments.",
    DefaultValueFactory = _ => 1,
};
var store = new Option<string>("--store") { Description = "The node's store.", DefaultValueFactory = _ => "sqlite" };
store.AcceptOnlyFromAmong("sqlite");
var root = new RootCommand("Kills a real node at random moments under load and holds it to what it acknowledged.")
{
    kills, seed, store,
};
root.SetAction(async parsed =>
{
    var report = await KillRun.RunAsync(parsed.GetValue(kills), parsed.GetValue(seed), Console.Error);
    await Console.Out.WriteLineAsync(report.ToString());
    return report.IsGood ? 0 : 1;
});
return await root.Parse(args).InvokeAsync();
