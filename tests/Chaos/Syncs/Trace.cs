namespace Exchange.Chaos.Syncs;

/// <summary>
/// What the tracer saw, in the order in which it saw it: a call's end stands in the file before anything that its
/// thread, or a thread that it woke, does next.
/// </summary>
public static class Trace
{
    private const string Unfinished = " <unfinished ...>";
    private const string Result = " = ";

    /// <summary>All calls that came to an end, in the order of their ends.</summary>
    public static IReadOnlyList<SystemCall> Read(string path)
    {
        var calls = new List<SystemCall>();
        var open = new Dictionary<string, (string Name, string Text, int Line)>();
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            var (thread, text) = (line[..space], line[space..].TrimStart());
            var (name, left, begun) = Resume(open, thread, text, number);
            if (name.Length == 0)
            {
                // A signal or the end of a thread.
                continue;
            }

            if (left.EndsWith(Unfinished, StringComparison.Ordinal))
            {
                open[thread] = (name, left[..^Unfinished.Length], begun);
                continue;
            }

            var equals = left.LastIndexOf(Result, StringComparison.Ordinal);
            if (equals >= 0)
            {
                calls.Add(new(
                    name, left[..equals].TrimEnd().TrimEnd(')'), left[(equals + Result.Length)..], begun, number));
            }
        }

        return calls;
    }

    private static (string Name, string Left, int Begun) Resume(
        Dictionary<string, (string Name, string Text, int Line)> open, string thread, string text, int number)
    {
        const string resumed = " resumed>";
        if (text.StartsWith("<... ", StringComparison.Ordinal))
        {
            var end = text.IndexOf(resumed, StringComparison.Ordinal);
            return end >= 0 && open.Remove(thread, out var begun)
                ? (begun.Name, begun.Text + text[(end + resumed.Length)..], begun.Line)
                : ("", "", 0);
        }

        var parenthesis = text.IndexOf('(', StringComparison.Ordinal);
        return parenthesis > 0 && text[..parenthesis].All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
            ? (text[..parenthesis], text[(parenthesis + 1)..], number)
            : ("", "", 0);
    }
}
