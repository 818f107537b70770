using System.Text.Json;

namespace Exchange.Api.Parsing;

/// <summary>A value has not the form of its type; the message is our own and may be shown.</summary>
internal sealed class InputFormatException(string message) : JsonException(message);
