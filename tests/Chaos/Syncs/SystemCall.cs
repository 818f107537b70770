using System.Text;

namespace Exchange.Chaos.Syncs;

/// <summary>One call of the system, with the lines of the trace where it began and where it was over.</summary>
/// <param name="Arguments">As the tracer prints them.</param>
/// <param name="Result">What follows the equals sign.</param>
public sealed record SystemCall(string Name, string Arguments, string Result, int Begun, int Ended)
{
    private byte[]? _unescaped;

    public bool Succeeded => !Result.StartsWith('-') && !Result.StartsWith('?');

    /// <summary>What the first argument, a file descriptor, stands for: a path or a socket.</summary>
    public string Target
    {
        get
        {
            var from = Arguments.IndexOf('<', StringComparison.Ordinal);
            var to = from < 0 ? -1 : Arguments.IndexOf('>', from);
            return to < 0 ? "" : Arguments[(from + 1)..to];
        }
    }

    /// <summary>The arguments with the bytes that were handed over, read as text.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes);

    private byte[] Bytes => _unescaped ??= Unescape(Arguments);

    /// <summary>Whether these bytes are in what was handed over.</summary>
    public bool Carries(ReadOnlySpan<byte> bytes) => Bytes.AsSpan().IndexOf(bytes) >= 0;

    // The tracer writes bytes as C does: octal where nothing else names them.
    private static byte[] Unescape(string text)
    {
        var bytes = new byte[text.Length];
        var size = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '\\')
            {
                bytes[size++] = (byte)(text[at] & 0x7f);
                continue;
            }

            at++;
            var value = 0;
            var end = at;
            while (end < text.Length && end < at + 3 && text[end] is >= '0' and <= '7')
            {
                value = (value * 8) + text[end++] - '0';
            }

            bytes[size++] = (byte)(end > at ? value : Named(text[at]));
            at = end > at ? end - 1 : at;
        }

        return bytes[..size];
    }

    private static int Named(char letter) => letter switch
    {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\v',
        'f' => '\f',
        _ => letter,
    };
}
