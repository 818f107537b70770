using System.Diagnostics;

namespace Exchange.Chaos.Nodes;

/// <summary>The built programs: beside the solution, in the configuration of this assembly.</summary>
public static class Programs
{
    private static readonly string Root = FindRoot();

#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    public static string Node { get; } =
        Path.Combine(Root, "src", "Silo", "bin", Configuration, "net10.0", "exchange.dll");

    /// <summary>The node as it is built with Orleans, which need not be there.</summary>
    public static string ClusterNode { get; } =
        Path.Combine(Root, "src", "Silo", "bin", "orleans", Configuration, "net10.0", "exchange.dll");

    /// <summary>The node of the release after this one, as tests play it, which need not be there.</summary>
    public static string NextClusterNode { get; } =
        Path.Combine(Root, "src", "Silo", "bin", "next", Configuration, "net10.0", "exchange.dll");

    public static string Verifier { get; } =
        Path.Combine(Root, "src", "Verify", "bin", Configuration, "net10.0", "exchange-verify.dll");

    /// <summary>
    /// A node that ends soon never earns back what optimising its code takes: most of a kill's cycle.
    /// </summary>
    public static void KeepFirstCode(ProcessStartInfo start)
    {
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_TC_CallCountingDelayMs"] = "60000";
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Exchange.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The programs are looked for beside Exchange.sln, which was not found.");
    }
}
