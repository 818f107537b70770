using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Exchange.Api.Http;

/// <summary>The OpenAPI document: what is declared at each operation, said in the document's own words.</summary>
internal static class ExchangeDocument
{
    internal const string Path = "/openapi/v1.json";

    private static readonly Dictionary<Type, (string Description, string? Pattern)> Scalars = new()
    {
        [typeof(GrainKey)] = ("An id", "^[a-z0-9][a-z0-9-]{0,62}$"),
        [typeof(ChainId)] = ("A party or chain as kind/key", "^[a-z]+/[a-z0-9][a-z0-9-]{0,62}$"),
        [typeof(Digest)] = ("SHA-256 in hexadecimal", "^[0-9a-f]{64}$"),
        [typeof(ExchangeId)] = ("An exchange's id", "^[0-9a-f]{32}$"),
        [typeof(CommandId)] = ("A UUID", null),
        [typeof(UnixMilliseconds)] = ("A time as RFC 3339 with an offset", null),
        [typeof(DivisionCode)] = ("A division by GB/T 2260", "^([0-9]{2}){1,3}$"),
        [typeof(ColumnName)] = ("A column's name", null),
        [typeof(PurposeCode)] = ("A purpose as scheme:Name", "^[A-Za-z]+:[A-Za-z]+$"),
    };

    internal static IServiceCollection AddExchangeDocument(this IServiceCollection services) =>
        services.AddOpenApi("v1", options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.AddDocumentTransformer(DescribeDocument);
            options.AddOperationTransformer(DescribeOperation);
            options.AddSchemaTransformer(DescribeSchema);
        });

    private static Task DescribeDocument(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Exchange",
            Version = "1",
            Description = "Departments publish, households consent, buyers license, regulators replay.",
        };

        // The address depends on where a node runs; the document does not.
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            ["bearer"] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "JWT",
            },
        };
        document.Security = [new() { [new OpenApiSecuritySchemeReference("bearer", document)] = [] }];
        return Task.CompletedTask;
    }

    private static Task DescribeOperation(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<RolesAllowed>().LastOrDefault() is { } roles)
        {
            operation.Extensions ??= new Dictionary<string, IOpenApiExtension>(StringComparer.Ordinal);
            operation.Extensions["x-roles"] = new JsonNodeExtension(
                new JsonArray([.. roles.Names.Select(name => (JsonNode)name)]));
            if (roles.Anonymous)
            {
                operation.Security = [];
            }
        }

        operation.Parameters ??= [];
        foreach (var parameter in operation.Parameters.OfType<OpenApiParameter>())
        {
            parameter.Schema = new OpenApiSchema { Type = TypeOf(parameter.Schema) };
        }

        foreach (var parameter in ParametersOf(metadata))
        {
            operation.Parameters.Add(parameter);
        }

        operation.Responses ??= [];
        operation.Responses["default"] = new OpenApiResponse
        {
            Description = "A problem as RFC 9457",
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
            {
                [Problems.MediaType] = new OpenApiMediaType
                {
                    Schema = new OpenApiSchemaReference(nameof(ProblemBody), context.Document),
                },
            },
        };
        return Task.CompletedTask;
    }

    private static IEnumerable<OpenApiParameter> ParametersOf(IEnumerable<object> metadata)
    {
        foreach (var each in metadata)
        {
            switch (each)
            {
                case CommandWrite:
                    yield return Parameter(
                        Call.IdempotencyKeyHeader, ParameterLocation.Header, "A UUID", required: true);
                    yield return Parameter("If-Match", ParameterLocation.Header, "The ETag last seen");
                    break;
                case TakesCaseNumber:
                    yield return Parameter(
                        Call.CaseNumberHeader, ParameterLocation.Header, "A regulator's case; required of a regulator");
                    break;
                case TakesQuery query:
                    if (query.At)
                    {
                        yield return Parameter("at", ParameterLocation.Query, "As of a time with offset, or an index");
                    }

                    if (query.List)
                    {
                        yield return Parameter("cursor", ParameterLocation.Query, "Where the list goes on");
                        yield return Parameter("limit", ParameterLocation.Query, "1 to 1000; 50 where nothing is said");
                    }

                    break;
            }
        }
    }

    private static OpenApiParameter Parameter(
        string name, ParameterLocation location, string description, bool required = false) => new()
        {
            Name = name,
            In = location,
            Description = description,
            Required = required,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        };

    private static JsonSchemaType TypeOf(IOpenApiSchema? schema) =>
        schema?.Type is { } type && type.HasFlag(JsonSchemaType.Integer)
            ? JsonSchemaType.Integer
            : JsonSchemaType.String;

    private static Task DescribeSchema(
        OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        if (ScalarOf(type) is { } scalar)
        {
            var isOptional = type != context.JsonTypeInfo.Type;
            schema.Type = isOptional ? scalar.Type | JsonSchemaType.Null : scalar.Type;
            schema.Description = scalar.Description;
            schema.Pattern = scalar.Pattern;
        }

        // What a converter of ours writes inside of a list is left open by the generator.
        if (schema.Items is null && context.JsonTypeInfo.ElementType is { } element)
        {
            schema.Items = ScalarOf(element);
        }

        return Task.CompletedTask;
    }

    private static OpenApiSchema? ScalarOf(Type type)
    {
        if (type == typeof(EntryIndex))
        {
            return new() { Type = JsonSchemaType.Integer, Description = "An entry's place on its chain, from 0" };
        }

        return Scalars.TryGetValue(type, out var text)
            ? new() { Type = JsonSchemaType.String, Description = text.Description, Pattern = text.Pattern }
            : null;
    }
}
