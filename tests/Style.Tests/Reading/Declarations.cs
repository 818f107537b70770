namespace Exchange.Style.Tests.Reading;

/// <summary>
/// Finds types and members by their brackets. Good for code that compiles; it is no parser and does not try to be.
/// </summary>
internal static class Declarations
{
    public static IReadOnlyList<Declaration> Of(SourceFile file)
    {
        var found = new List<Declaration>();
        Read(file.CSharp.Code, 0, file.CSharp.Code.Length, container: null, found);

        return found;
    }

    private static void Read(string code, int start, int end, Declaration? container, List<Declaration> found)
    {
        for (var at = SkipSpace(code, start, end); at < end; at = SkipSpace(code, at, end))
        {
            at = ReadMember(code, at, end, container, found);
        }
    }

    /// <summary>Reads one member and, when it is a type, what is in it. Returns where the next one may start.</summary>
    private static int ReadMember(string code, int start, int end, Declaration? container, List<Declaration> found)
    {
        var (attributesEnd, headerEnd, memberEnd) = Bounds(code, start, end);
        var declaration = new Declaration(
            Attributes: code[start..attributesEnd],
            Header: code[attributesEnd..headerEnd].Trim(),
            Body: code[headerEnd..memberEnd],
            Offset: attributesEnd,
            Lines: 1 + code.AsSpan(attributesEnd, memberEnd - attributesEnd).Count('\n'),
            container);

        if (declaration.Kind == "namespace")
        {
            Read(code, headerEnd + 1, declaration.Body.StartsWith('{') ? memberEnd - 1 : memberEnd, container, found);
        }
        else if (declaration.Header.Length > 0 && !declaration.Header.StartsWith("using ", StringComparison.Ordinal))
        {
            found.Add(declaration);
            if (declaration.IsType && declaration.Kind != "enum" && declaration.Body.StartsWith('{'))
            {
                Read(code, headerEnd + 1, memberEnd - 1, declaration, found);
            }
        }

        return memberEnd;
    }

    /// <summary>
    /// A member ends at the first semicolon outside brackets, or at the brace that closes its body. The header ends
    /// where the body, the value or the arrow begins.
    /// </summary>
    private static (int AttributesEnd, int HeaderEnd, int MemberEnd) Bounds(string code, int start, int end)
    {
        var attributesEnd = SkipAttributes(code, start, end);
        var headerEnd = -1;
        for (var at = attributesEnd; at < end; at++)
        {
            switch (code[at])
            {
                case ';':
                    return (attributesEnd, headerEnd < 0 ? at : headerEnd, at + 1);
                case '(' or '[':
                    at = Close(code, at, end);
                    break;
                case '=' when headerEnd < 0 && !IsOperatorName(code, attributesEnd, at):
                    headerEnd = at;
                    break;
                case '{':
                    var isBody = headerEnd < 0;
                    headerEnd = isBody ? at : headerEnd;
                    at = Close(code, at, end);
                    if (isBody && !IsAt(code, SkipSpace(code, at + 1, end), end, '='))
                    {
                        return (attributesEnd, headerEnd, Math.Min(at + 1, end));
                    }

                    break;
            }
        }

        return (attributesEnd, headerEnd < 0 ? end : headerEnd, end);
    }

    private static bool IsOperatorName(string code, int start, int at) =>
        code[start..at].TrimEnd('=', '!', '<', '>', ' ').EndsWith("operator", StringComparison.Ordinal);

    private static int SkipAttributes(string code, int start, int end)
    {
        var at = start;
        while (IsAt(code, at, end, '['))
        {
            at = SkipSpace(code, Close(code, at, end) + 1, end);
        }

        return Math.Min(at, end);
    }

    private static int Close(string code, int open, int end)
    {
        var depth = 0;
        for (var at = open; at < end; at++)
        {
            depth += code[at] switch { '(' or '[' or '{' => 1, ')' or ']' or '}' => -1, _ => 0 };
            if (depth == 0)
            {
                return at;
            }
        }

        return end;
    }

    private static int SkipSpace(string code, int at, int end)
    {
        while (at < end && (char.IsWhiteSpace(code[at]) || code[at] == '}'))
        {
            at++;
        }

        return at;
    }

    private static bool IsAt(string code, int at, int end, char wanted) => at < end && code[at] == wanted;
}
