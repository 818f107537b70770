using System.CommandLine;

namespace Exchange.Benchmarks;

/// <summary>
/// One subcommand for each figure that a document claims; results are lines of JSON on standard output.
/// </summary>
public static class Program
{
    public static int Main(string[] arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var root = new RootCommand("Benchmarks of the exchange: one line of JSON for each result.")
        {
            Append.AppendCommand.Create(),
            ClusterCommand.Create(),
            VerifyCommand.Create(),
            Deliver.DeliverCommand.Create(),
            Layouts.LayoutsCommand.Create(),
            Rebuild.RebuildCommand.Create(),
            Residency.GrainsCommand.Create(),
        };
#if ORLEANS
        root.Add(Silos.SiloCommand.Create());
#endif
        return root.Parse(arguments).Invoke();
    }
}
