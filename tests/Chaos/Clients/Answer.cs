using System.Text.Json.Nodes;

namespace Exchange.Chaos.Clients;

/// <summary>What a request was answered.</summary>
public sealed record Answer(int Status, JsonNode? Json, bool Replayed, string Text)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The data of a successful write or read.</summary>
    public JsonNode Data => Json?["data"] ?? throw new InvalidOperationException($"{Status} without data: {Text}");

    public JsonNode Receipt =>
        Json?["receipt"] ?? throw new InvalidOperationException($"{Status} without a receipt: {Text}");

    /// <summary>The code of a problem.</summary>
    public string? Code => Json?["code"]?.GetValue<string>();

    /// <summary>Itself, where it is a success.</summary>
    public Answer Expect() => IsSuccess ? this : throw new InvalidOperationException($"Answered {Status}: {Text}");
}
