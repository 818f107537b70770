using System.CommandLine;
using Exchange.Silo.Demo;

namespace Exchange.Silo.Commands;

/// <summary><c>exchange demo</c>: the whole story on a fresh node.</summary>
internal static class DemoCommand
{
    internal static Command Create()
    {
        var households = new Option<string?>("--households")
        {
            Description = "A CSV with one row per household; a register of 2,000 is made up when absent.",
            HelpName = "FILE.csv",
        };
        var key = new Option<string?>("--key")
        {
            Description = "The column of that CSV with the household's number.",
            HelpName = "COLUMN",
        };
        var seed = new Option<int>("--seed")
        {
            Description = "The same seed tells the same story.",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
        var data = new Option<string?>("--data")
        {
            Description = "An empty or missing directory for the node's data; a temporary one when absent.",
            HelpName = "DIR",
        };
        var stay = new Option<bool>("--stay") { Description = "Keep the node running and print tokens." };
        var store = CommonOptions.Store();
        var command = new Command("demo", "Tells the whole story on a node of its own and checks the evidence.")
        {
            households, key, seed, data, stay, store,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(households) is not null != result.GetValue(key) is not null)
            {
                result.AddError("--households and --key go together.");
            }
        });
        command.SetAction((result, cancellationToken) => DemoProgram.RunAsync(
            new(
                result.GetValue(households), result.GetValue(key), result.GetValue(seed), result.GetValue(data),
                result.GetValue(stay), result.GetValue(store)),
            cancellationToken));
        return command;
    }
}
