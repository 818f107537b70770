namespace Exchange.Chaos.Nodes;

/// <summary>How a node is started, as often as it is.</summary>
/// <param name="Program">The assembly that <c>dotnet</c> runs.</param>
/// <param name="Address">Where its API listens and is found.</param>
public sealed record NodeStart(string Program, string DataDirectory, Uri Address)
{
    /// <summary>What <c>exchange serve</c> is told beside them.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>A command that starts the program in its own place.</summary>
    public IReadOnlyList<string> Wrapper { get; init; } = [];

    public IReadOnlyDictionary<string, string> Environment { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);
}
