using System.Text.Json.Serialization;

namespace Exchange.Api.Http;

// family: problems as RFC 9457 has them

/// <summary>Why a request was not done.</summary>
/// <param name="Type">A URI reference: <c>/problems/consent-withdrawn</c>.</param>
/// <param name="Title">What it is, in words.</param>
/// <param name="Detail">A sentence that says what to do.</param>
/// <param name="Code">The last part of the type.</param>
/// <param name="Refusal">The stable number where the rules refused.</param>
/// <param name="Retryable">Whether the same request, with the same key, may succeed later.</param>
public sealed record ProblemBody(
    string Type, string Title, int Status, string Detail, string Code,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Refusal, bool Retryable,
    string? RequestId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ProblemError>? Errors);

/// <summary>One thing that is wrong in the input. Never quotes a value: it may be about a person.</summary>
/// <param name="Pointer">A JSON pointer into the body, or a header or parameter after <c>#</c>.</param>
/// <param name="Detail">What was expected.</param>
public sealed record ProblemError(
    string Pointer, string Detail,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Code = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Line = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Column = null);
