namespace Exchange.Benchmarks.Silos;

/// <summary>The parts of the cluster's benchmark, one after the other on one server.</summary>
internal static class ClusterBenchmark
{
    internal static async Task RunAsync(ClusterSettings settings, string[] parts)
    {
        using var world = await ClusterWorld.BuildAsync(settings);
        foreach (var part in parts)
        {
            await (part switch
            {
                "grains" => GrainMemory.RunAsync(world),
                "cohosted" => CohostedComparison.RunAsync(world),
                "client" => ClientRuns.RunAsync(world),
                "calls" => CallsBetweenSilos.RunAsync(world),
                _ => throw new ArgumentException($"There is no part {part}.", nameof(parts)),
            });
        }
    }
}
