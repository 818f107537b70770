namespace Exchange.Style.Tests.Reading;

/// <summary>
/// A type or member found in C# text. <see cref="Header"/> is what stands before the body without attributes;
/// <see cref="Container"/> is the type around it, null at the top of a file.
/// </summary>
internal sealed record Declaration(
    string Attributes, string Header, string Body, int Offset, int Lines, Declaration? Container)
{
    public bool IsType => TypeHeader.IsMatch(Header);

    public bool IsPublic => Regex.IsMatch(Header, @"^public\b");

    /// <summary>Of a type the word after its keyword; of a member the last word of its header.</summary>
    public string Name => IsType
        ? TypeHeader.Match(Header).Groups["name"].Value
        : MemberName.Match(HeaderTail.Replace(Header, "")).Groups["name"].Value;

    /// <summary>Class, record, record struct, interface, enum, ...; empty for a member.</summary>
    public string Kind => TypeHeader.Match(Header).Groups["kind"].Value;

    /// <summary>Types named after the colon of a type's header, without their arguments.</summary>
    public IEnumerable<string> Bases =>
        Regex.Match(Regex.Replace(Header, @"\([^()]*(\([^()]*\)[^()]*)*\)", ""), @":(?<bases>[^{]*)$")
            .Groups["bases"].Value.Split([',', '\n'], StringSplitOptions.TrimEntries)
            .Select(name => Regex.Match(name, @"^[\w.]+").Value)
            .Where(name => name.Length > 0);

    /// <summary>Something that runs: a method, constructor, operator, accessors; no table in a field.</summary>
    public bool IsFunction => !IsType && (Header.Contains('(', StringComparison.Ordinal) || Body.StartsWith('{'));

    private static readonly Regex HeaderTail = Pattern.Of(@"\s(where\s|: (base|this)\().*$", RegexOptions.Singleline);

    private static readonly Regex TypeHeader = Pattern.Of(
        @"\b(?<kind>class|struct|record struct|record class|record|interface|enum|namespace)\s+(?<name>[\w.]+)");

    private static readonly Regex MemberName = Pattern.Of(
        @"(?<name>\w+)\s*(<[^()]*>)?\s*(\([^()]*(\([^()]*\)[^()]*)*\)|\[[^\]]*\])?\s*$");
}
