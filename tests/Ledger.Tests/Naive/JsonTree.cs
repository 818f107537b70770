using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Exchange.Ledger.Tests.Naive;

/// <summary>Trees of the naive codec as JSON: bytes are <c>{"bin": "hex"}</c>, everything else is itself.</summary>
internal static class JsonTree
{
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n",
    };

    internal static JsonNode? Write(object? value) => value switch
    {
        null => null,
        bool truth => JsonValue.Create(truth),
        int number => JsonValue.Create((long)number),
        long number => JsonValue.Create(number),
        string text => JsonValue.Create(text),
        byte[] bytes => new JsonObject { ["bin"] = Convert.ToHexStringLower(bytes) },
        object?[] values => new JsonArray([.. values.Select(Write)]),
        _ => throw new ArgumentException($"{value.GetType()} has no form."),
    };

    internal static object? Read(JsonNode? node) => node switch
    {
        null => null,
        JsonArray array => array.Select(Read).ToArray(),
        JsonObject value => Convert.FromHexString(value["bin"]!.GetValue<string>()),
        _ => node.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number => node.GetValue<long>(),
            _ => node.GetValue<string>(),
        },
    };

    internal static string Text(JsonNode node) => node.ToJsonString(Format) + "\n";
}
