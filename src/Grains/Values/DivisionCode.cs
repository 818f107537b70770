namespace Exchange.Grains.Values;

/// <summary>An administrative division by GB/T 2260: 2 digits a province, 4 a prefecture, 6 a county.</summary>
public readonly record struct DivisionCode : IWireValue<DivisionCode>, IComparable<DivisionCode>
{
    private readonly string? _value;

    private DivisionCode(string value) => _value = value;

    public string Value => _value ?? throw new InvalidOperationException("An unset division code has no value.");

    public bool IsCounty => Value.Length == 6;

    public static bool TryParse(string? text, out DivisionCode code)
    {
        code = default;
        if (text is not { Length: 2 or 4 or 6 } || text.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        code = new(text);
        return true;
    }

    public static DivisionCode Parse(string text) =>
        TryParse(text, out var code) ? code : throw new FormatException($"'{text}' is not a division code.");

    /// <summary>Whether another division is this one or lies in it.</summary>
    public bool Contains(DivisionCode other) => other.Value.StartsWith(Value, StringComparison.Ordinal);

    public static DivisionCode ReadFrom(ref CanonicalReader reader) =>
        TryParse(reader.ReadText(6), out var code) ? code : throw reader.Wrong("Expected a division code");

    public void WriteTo(CanonicalWriter writer) => writer.WriteText(Value);

    public int CompareTo(DivisionCode other) => string.CompareOrdinal(_value, other._value);

    public override string ToString() => _value ?? "";

    public static bool operator <(DivisionCode left, DivisionCode right) => left.CompareTo(right) < 0;

    public static bool operator >(DivisionCode left, DivisionCode right) => left.CompareTo(right) > 0;

    public static bool operator <=(DivisionCode left, DivisionCode right) => left.CompareTo(right) <= 0;

    public static bool operator >=(DivisionCode left, DivisionCode right) => left.CompareTo(right) >= 0;
}
