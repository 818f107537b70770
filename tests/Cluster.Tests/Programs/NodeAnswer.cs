using System.Net;
using System.Text.Json.Nodes;

namespace Exchange.Cluster.Tests.Programs;

/// <summary>What a node answered to a command.</summary>
/// <param name="Replayed">Whether it says that the key had its answer before.</param>
internal sealed record NodeAnswer(HttpStatusCode Status, TimeSpan? RetryAfter, bool Replayed, string Text)
{
    /// <summary>The code of a problem.</summary>
    internal string? Code => (string?)Json?["code"];

    /// <summary>The receipt of a command that was accepted.</summary>
    internal string Receipt => Json?["receipt"]?.ToJsonString()
        ?? throw new InvalidOperationException($"Expected a receipt, found {(int)Status} {Text}");

    /// <summary>The chain that a command was accepted on.</summary>
    internal string Chain => (string)JsonNode.Parse(Receipt)!["chain"]!;

    private JsonNode? Json => Text.StartsWith('{') ? JsonNode.Parse(Text) : null;
}
