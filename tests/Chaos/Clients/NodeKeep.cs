using Exchange.Chaos.Nodes;

namespace Exchange.Chaos.Clients;

/// <summary>Where nodes keep what they keep, as the programs beside them are told.</summary>
/// <param name="Store">What <c>--store</c> says.</param>
/// <param name="Environment">What the environment says: connections, which no command line may hold.</param>
public sealed record NodeKeep(
    string DataDirectory, string Store, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>The program whose nodes they are.</summary>
    public string Program { get; init; } = Programs.Node;

    /// <summary>All in the directory: what a node does that is told nothing.</summary>
    public static implicit operator NodeKeep(string dataDirectory) => InDirectory(dataDirectory);

    /// <summary>All in the directory.</summary>
    public static NodeKeep InDirectory(string dataDirectory) =>
        new(dataDirectory, "sqlite", new Dictionary<string, string>(StringComparer.Ordinal));
}
