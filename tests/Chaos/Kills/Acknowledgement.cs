using System.Text.Json.Nodes;

namespace Exchange.Chaos.Kills;

/// <summary>A receipt that the node gave.</summary>
public sealed record Acknowledgement(Guid Key, string Chain, long Index, string Hash)
{
    public static Acknowledgement Of(Guid key, JsonNode receipt) => new(
        key, receipt["chain"]!.GetValue<string>(), receipt["index"]!.GetValue<long>(),
        receipt["hash"]!.GetValue<string>());
}
