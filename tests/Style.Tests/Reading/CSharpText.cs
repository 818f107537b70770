namespace Exchange.Style.Tests.Reading;

/// <summary>
/// C# text with its comments and strings told apart, without a compiler. <see cref="Code"/> is as long as the text and
/// keeps its line breaks; comments, the insides of strings and preprocessor lines are blank in it.
/// </summary>
internal sealed class CSharpText
{
    private readonly string _text;
    private readonly StringBuilder _code;
    private readonly List<(int Offset, string Text)> _comments = [];
    private readonly List<(int Offset, string Text)> _strings = [];
    private int _at;

    private CSharpText(string text)
    {
        _text = text;
        _code = new StringBuilder(text);
    }

    public string Code => _code.ToString();

    public IReadOnlyList<(int Offset, string Text)> Comments => _comments;

    public IReadOnlyList<(int Offset, string Text)> Strings => _strings;

    public static CSharpText Read(string text)
    {
        var read = new CSharpText(text);
        read.ReadCode(closeHole: 0);

        return read;
    }

    /// <summary>Reads code up to the end, or, inside a string, to the braces that close an interpolated hole.</summary>
    private void ReadCode(int closeHole)
    {
        var depth = 0;
        while (_at < _text.Length)
        {
            if (closeHole > 0 && depth == 0 && Has(new string('}', closeHole)))
            {
                _at += closeHole;
                return;
            }

            depth += _text[_at] switch { '{' => 1, '}' => -1, _ => 0 };
            ReadOne();
        }
    }

    private void ReadOne()
    {
        if (Has("//"))
        {
            Blank(_comments, end: LineEnd());
        }
        else if (Has("/*"))
        {
            var close = _text.IndexOf("*/", _at + 2, StringComparison.Ordinal);
            Blank(_comments, end: close < 0 ? _text.Length : close + 2);
        }
        else if (_text[_at] == '#' && StartsLine())
        {
            Blank(into: null, end: LineEnd());
        }
        else if (_text[_at] == '\'')
        {
            ReadCharacter();
        }
        else if (StringPrefix.Match(_text, _at) is { Success: true } prefix)
        {
            ReadString(prefix);
        }
        else
        {
            _at++;
        }
    }

    private void ReadCharacter()
    {
        var end = _at + 1;
        while (end < _text.Length && _text[end] is not ('\'' or '\n'))
        {
            end += _text[end] == '\\' ? 2 : 1;
        }

        _at++;
        Blank(into: null, Math.Min(end, _text.Length));
        _at++;
    }

    private void ReadString(Match prefix)
    {
        var quotes = prefix.Groups["quotes"].Length;
        var verbatim = prefix.Groups["marks"].Value.Contains('@', StringComparison.Ordinal);
        var holes = prefix.Groups["marks"].Value.Count(mark => mark == '$');
        _at += prefix.Length;

        // Two quotes are a whole, empty string; three or more open a raw one.
        if (quotes == 2)
        {
            _strings.Add((_at, ""));
            return;
        }

        var kind = quotes > 2 ? Quoting.Raw : verbatim ? Quoting.Verbatim : Quoting.Escaped;
        ReadStringBody(kind, new string('"', quotes), holes);
    }

    private void ReadStringBody(Quoting kind, string close, int holes)
    {
        var start = _at;
        var plain = new StringBuilder();
        while (_at < _text.Length && !(Has(close) && !(kind == Quoting.Verbatim && Has("\"\""))))
        {
            if (holes > 0 && Has(new string('{', holes)) && !(kind != Quoting.Raw && Has("{{")))
            {
                _at += holes;
                ReadCode(closeHole: holes);
                plain.Append("{}");
                continue;
            }

            var pair = kind switch
            {
                Quoting.Escaped => Has("\\") || (holes > 0 && Has("{{")),
                Quoting.Verbatim => Has("\"\"") || (holes > 0 && Has("{{")),
                _ => false,
            };
            var end = Math.Min(_at + (pair ? 2 : 1), _text.Length);
            plain.Append(_text, _at, end - _at);
            Blank(into: null, end);
        }

        _strings.Add((start, plain.ToString()));
        _at = Math.Min(_at + close.Length, _text.Length);
    }

    private void Blank(List<(int Offset, string Text)>? into, int end)
    {
        into?.Add((_at, _text[_at..end]));
        for (; _at < end; _at++)
        {
            _code[_at] = _text[_at] == '\n' ? '\n' : ' ';
        }
    }

    private bool Has(string what) => string.CompareOrdinal(_text, _at, what, 0, what.Length) == 0;

    private bool StartsLine()
    {
        var lineStart = _at == 0 ? 0 : _text.LastIndexOf('\n', _at - 1) + 1;

        return _text.AsSpan(lineStart, _at - lineStart).IsWhiteSpace();
    }

    private int LineEnd() => _text.IndexOf('\n', _at) is var end && end < 0 ? _text.Length : end;

    private static readonly Regex StringPrefix = Pattern.Of(
        "\\G(?<marks>[$@]{0,8})(?<quotes>\"\"\"+|\"\"(?!\")|\")");

    private enum Quoting { Escaped, Verbatim, Raw }
}
