using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Exchange.Grains.Rules;
using Exchange.Grains.Values;
using Exchange.Ledger;

namespace Exchange.Verify;

/// <summary>Rows as JSON: ids, codes and digests as text, times as RFC 3339, sealed texts as such.</summary>
internal static class RowJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters =
        {
            new TextConverter<GrainKey>(), new TextConverter<ChainId>(), new TextConverter<Digest>(),
            new TextConverter<UnixMilliseconds>(), new TextConverter<ExchangeId>(), new TextConverter<CommandId>(),
            new TextConverter<Bytes16>(), new TextConverter<DivisionCode>(), new TextConverter<PurposeCode>(),
            new TextConverter<ColumnName>(), new IndexConverter(), new SealedConverter(), new CaseConverterFactory(),
            new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower),
        },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { DropColumns } },
    };

    internal static JsonNode? Of(Row row) => JsonSerializer.SerializeToNode(row, row.GetType(), Options);

    internal static string NameOf(RowTable table) => JsonNamingPolicy.KebabCaseLower.ConvertName(table.ToString());

    // The columns that lists are made by repeat what the row says.
    private static void DropColumns(JsonTypeInfo type)
    {
        if (!typeof(Row).IsAssignableFrom(type.Type))
        {
            return;
        }

        for (var i = type.Properties.Count - 1; i >= 0; i--)
        {
            if (type.Properties[i].AttributeProvider is PropertyInfo { Name: nameof(Row.Columns) or nameof(Row.Table) })
            {
                type.Properties.RemoveAt(i);
            }
        }
    }

    private abstract class WriteOnly<T> : JsonConverter<T>
    {
        public sealed override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Rows are written, never read back.");
    }

    private sealed class TextConverter<T> : WriteOnly<T>
        where T : notnull
    {
        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());

        public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WritePropertyName(value.ToString() ?? "");
    }

    private sealed class IndexConverter : WriteOnly<EntryIndex>
    {
        public override void Write(Utf8JsonWriter writer, EntryIndex value, JsonSerializerOptions options) =>
            writer.WriteNumberValue(value.Value);

        public override void WriteAsPropertyName(
            Utf8JsonWriter writer, EntryIndex value, JsonSerializerOptions options) =>
            writer.WritePropertyName(value.Value.ToString(CultureInfo.InvariantCulture));
    }

    // The key that opens it is not here: what is sealed is shown as such.
    private sealed class SealedConverter : WriteOnly<SealedText>
    {
        public override void Write(Utf8JsonWriter writer, SealedText value, JsonSerializerOptions options) =>
            writer.WriteStringValue("(sealed)");
    }

    // A case of a closed family: its name, and its fields.
    private sealed class CaseConverterFactory : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) =>
            typeToConvert is { IsClass: true, IsAbstract: true } && typeToConvert.Assembly == typeof(Row).Assembly
            && typeToConvert != typeof(Row);

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(CaseConverter<>).MakeGenericType(typeToConvert))!;
    }

    private sealed class CaseConverter<T> : WriteOnly<T>
        where T : class
    {
        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteString("case", JsonNamingPolicy.KebabCaseLower.ConvertName(value.GetType().Name));
            writer.WritePropertyName("fields");
            JsonSerializer.Serialize(writer, value, value.GetType(), options);
            writer.WriteEndObject();
        }
    }
}
