using System.Text.Json;
using System.Text.Json.Serialization;

namespace Exchange.Api.Parsing;

public delegate bool TryParseText<T>(string? text, out T value);

/// <summary>Reads a value of ours from JSON text in its canonical form, and writes it as such.</summary>
internal sealed class TextValueConverter<T>(TryParseText<T> tryParse, string expected) : JsonConverter<T>
    where T : struct
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && tryParse(reader.GetString(), out var value)
            ? value
            : throw new InputFormatException($"Expected {expected}.");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());

    public override T ReadAsPropertyName(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        tryParse(reader.GetString(), out var value) ? value : throw new InputFormatException($"Expected {expected}.");

    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.ToString()!);
}
