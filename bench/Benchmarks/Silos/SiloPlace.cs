namespace Exchange.Benchmarks.Silos;

/// <summary>Where a node of a benchmark's cluster stands, as it is told to a process of its own.</summary>
/// <param name="Connection">The private server as a node uses it.</param>
/// <param name="Master">The key of the exchange's secrets, which lives as long as the run.</param>
/// <param name="Directory">The node's own directory.</param>
/// <param name="ResidentMax">Grains in memory before idle ones have to leave.</param>
internal sealed record SiloPlace(
    string Connection, byte[] Master, string Directory, int Writers, int ResidentMax, string ClusterId, int SiloPort,
    int GatewayPort)
{
    /// <summary>How many sessions the grains of Orleans' own way share: as many as a node of ours has.</summary>
    public required int Pool { get; init; }
}
