namespace Exchange.Benchmarks.Silos;

/// <summary>What a run of the cluster's benchmark is to do.</summary>
/// <param name="Consents">How many each household has given before.</param>
internal sealed record ClusterSettings(
    ImmutableArray<int> Callers, int Chains, int Grains, int Consents, int Rounds, TimeSpan Time, int Seed, int Writers,
    ImmutableArray<string> Server);
