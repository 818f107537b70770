namespace Exchange.Grains.Values;

/// <summary>A purpose of use: <c>scheme:Name</c>, as listed in Codes.</summary>
public readonly record struct PurposeCode : IWireValue<PurposeCode>, IComparable<PurposeCode>
{
    public const int LengthMax = 64;

    private readonly string? _value;

    private PurposeCode(string value) => _value = value;

    public string Value => _value ?? throw new InvalidOperationException("An unset purpose has no value.");

    /// <summary>Reads the form; whether the code is listed is a question to Codes.</summary>
    public static bool TryParse(string? text, out PurposeCode code)
    {
        code = default;
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (colon is < 1 || text!.Length > LengthMax || colon == text.Length - 1
            || !text.AsSpan(0, colon).ContainsOnlyAsciiLetters() || !text.AsSpan(colon + 1).ContainsOnlyAsciiLetters())
        {
            return false;
        }

        code = new(text);
        return true;
    }

    public static PurposeCode Parse(string text) =>
        TryParse(text, out var code) ? code : throw new FormatException($"'{text}' is not a purpose.");

    public static PurposeCode ReadFrom(ref CanonicalReader reader) =>
        TryParse(reader.ReadText(LengthMax), out var code) ? code : throw reader.Wrong("Expected a purpose");

    public void WriteTo(CanonicalWriter writer) => writer.WriteText(Value);

    public int CompareTo(PurposeCode other) => string.CompareOrdinal(_value, other._value);

    public override string ToString() => _value ?? "";

    public static bool operator <(PurposeCode left, PurposeCode right) => left.CompareTo(right) < 0;

    public static bool operator >(PurposeCode left, PurposeCode right) => left.CompareTo(right) > 0;

    public static bool operator <=(PurposeCode left, PurposeCode right) => left.CompareTo(right) <= 0;

    public static bool operator >=(PurposeCode left, PurposeCode right) => left.CompareTo(right) >= 0;
}
