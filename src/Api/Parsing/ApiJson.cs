using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Exchange.Api.Parsing;

/// <summary>The form of all JSON here: camelCase, strict when read, codes as text, times in RFC 3339.</summary>
internal static class ApiJson
{
    internal static readonly JsonSerializerOptions Options = Make();

    internal static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.DictionaryKeyPolicy = null;
        options.PropertyNameCaseInsensitive = false;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.AllowTrailingCommas = false;
        options.ReadCommentHandling = JsonCommentHandling.Disallow;
        options.MaxDepth = 16;
        options.TypeInfoResolver =
            new DefaultJsonTypeInfoResolver { Modifiers = { KeepStatedFields, LetAbsentBeNull } };
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        foreach (var converter in Converters())
        {
            options.Converters.Add(converter);
        }
    }

    /// <summary>What may be null may be left out: a caller need not write nulls.</summary>
    private static void LetAbsentBeNull(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (property.AssociatedParameter is { } parameter
                && (parameter.IsNullable || Nullable.GetUnderlyingType(parameter.ParameterType) is not null))
            {
                property.IsRequired = false;
            }
        }
    }

    /// <summary>What our records compute is neither sent nor taken: only what they state.</summary>
    private static void KeepStatedFields(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object
            || type.Type.Namespace?.StartsWith("Exchange.", StringComparison.Ordinal) != true)
        {
            return;
        }

        for (var i = type.Properties.Count - 1; i >= 0; i--)
        {
            if (type.Properties[i].AttributeProvider is System.Reflection.PropertyInfo { CanWrite: false })
            {
                type.Properties.RemoveAt(i);
            }
        }
    }

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Configure(options);
        options.MakeReadOnly();
        return options;
    }

    private static IEnumerable<JsonConverter> Converters() =>
    [
        new TextValueConverter<GrainKey>(GrainKey.TryParse, "a key: a-z, 0-9 and '-', at most 63 characters"),
        new TextValueConverter<ChainId>(ChainId.TryParse, "a party as kind/key"),
        new TextValueConverter<Digest>(Digest.TryParse, "64 lower-case hexadecimal digits"),
        new TextValueConverter<ExchangeId>(ExchangeId.TryParse, "32 lower-case hexadecimal digits"),
        new TextValueConverter<CommandId>(CommandId.TryParse, "a UUID"),
        new TextValueConverter<UnixMilliseconds>(
            Moments.TryParse, "a time as RFC 3339 with an offset, milliseconds at the finest"),
        new TextValueConverter<DivisionCode>(DivisionCode.TryParse, "a division of 2, 4 or 6 digits"),
        new TextValueConverter<ColumnName>(ColumnName.TryParse, "a column's name, at most 64 bytes"),
        new TextValueConverter<PurposeCode>(PurposeCode.TryParse, "a purpose as scheme:Name"),
        new EntryIndexConverter(),
        new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false),
    ];

    private sealed class EntryIndexConverter : JsonConverter<EntryIndex>
    {
        public override EntryIndex Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value) && value >= 0
                ? new(value)
                : throw new InputFormatException("Expected an index from 0.");

        public override void Write(Utf8JsonWriter writer, EntryIndex value, JsonSerializerOptions options) =>
            writer.WriteNumberValue(value.Value);
    }
}
