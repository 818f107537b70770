using Exchange.Chaos.Nodes;

namespace Exchange.Chaos.Cluster;

/// <summary>The command line's way to a run: says what is missing, and what is left out.</summary>
public static class ClusterProgram
{
    private const int Failed = 1;
    private const int NothingToRun = 2;

    /// <param name="program">The node's program or its assembly; the built one where none is named.</param>
    /// <param name="enough">Ends the run early; what was done is reckoned all the same.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        string? program, int silos, int disturbances, int seed, CancellationToken enough)
    {
        var named = program ?? Programs.ClusterNode;
        var assembly = File.Exists(named + ".dll") ? named + ".dll" : named;
        if (!File.Exists(assembly))
        {
            await Console.Error.WriteLineAsync(
                $"There is no {named}; build src/Silo with -p:Orleans=true in this configuration.");
            return NothingToRun;
        }

        var obstacle = await NamespaceNetwork.FindObstacleAsync();
        if (obstacle is not null)
        {
            await Console.Error.WriteLineAsync($"Partitions are left out: {obstacle}.");
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                return Failed;
            }
        }

        ISiloNetwork network = obstacle is null
            ? await NamespaceNetwork.CreateAsync(silos)
            : new LoopbackNetwork();
        var report = await ClusterRun.RunAsync(
            Path.GetFullPath(assembly), network, silos, disturbances, seed, Console.Error, enough);
        await Console.Out.WriteLineAsync(report.ToString());
        return report.IsGood ? 0 : Failed;
    }
}
