using System.Text;
using System.Text.Json;

namespace Exchange.Api.Http;

/// <summary>Says where JSON is not what was expected, without ever quoting it.</summary>
internal static class JsonFault
{
    internal static ProblemError Of(JsonException json)
    {
        var pointer = PointerOf(json.Path ?? "$");
        if (json is InputFormatException)
        {
            return new(pointer, json.Message);
        }

        // The serializer's own messages name types of ours and, for unknown fields, what the caller wrote.
        return json.Message.Contains("could not be mapped", StringComparison.Ordinal)
            ? new(pointer, "A field that this operation does not know.")
            : json.Message.Contains("missing required", StringComparison.Ordinal)
                ? new(pointer, $"Fields are missing: {MissingOf(json.Message)}.")
                : json.Message.Contains("Duplicate", StringComparison.Ordinal)
                    ? new(pointer, "A field that stands twice.")
                    : new(pointer, "Malformed JSON, or a value of another type than expected.");
    }

    // The message ends in the quoted names of our own properties: "... including: 'a', 'b'."
    private static string MissingOf(string message)
    {
        var names = message.Split('\'').Where((_, i) => i % 2 == 1).Skip(1);
        return string.Join(", ", names);
    }

    /// <summary>Turns <c>$.members[0].birthYear</c> into <c>/members/0/birthYear</c>.</summary>
    private static string PointerOf(string path)
    {
        var pointer = new StringBuilder();
        var at = 1;
        while (at < path.Length)
        {
            string name;
            if (path[at] == '.')
            {
                var end = path.AsSpan(at + 1).IndexOfAny('.', '[');
                end = end < 0 ? path.Length : at + 1 + end;
                (name, at) = (path[(at + 1)..end], end);
            }
            else
            {
                var end = path.IndexOf(']', at);
                end = end < 0 ? path.Length : end;
                (name, at) = (path[(at + 1)..end].Trim('\''), Math.Min(end + 1, path.Length));
            }

            _ = pointer.Append('/').Append(
                name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
        }

        return pointer.ToString();
    }
}
