namespace Exchange.Benchmarks.Silos;

/// <summary>What a run of the cluster's benchmark is to do.</summary>
internal sealed record ClusterSettings(
    ImmutableArray<int> Callers, int Chains, int Grains, int Rounds, TimeSpan Time, int Seed, int Writers,
    ImmutableArray<string> Server);
