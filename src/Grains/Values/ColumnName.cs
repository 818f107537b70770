namespace Exchange.Grains.Values;

// family: a column of a dataset

/// <summary>The name of a column: 1 to 64 bytes, no control characters, no space at either end.</summary>
public readonly record struct ColumnName : IWireValue<ColumnName>, IComparable<ColumnName>
{
    public const int SizeBytesMax = 64;

    private readonly string? _value;

    private ColumnName(string value) => _value = value;

    public string Value => _value ?? throw new InvalidOperationException("An unset column name has no value.");

    public static bool TryParse(string? text, out ColumnName name)
    {
        name = default;
        if (string.IsNullOrEmpty(text) || System.Text.Encoding.UTF8.GetByteCount(text) > SizeBytesMax
            || HoldsControlOrSurrogate(text) || char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1]))
        {
            return false;
        }

        name = new(text);
        return true;
    }

    public static ColumnName Parse(string text) =>
        TryParse(text, out var name) ? name : throw new FormatException($"'{text}' is not a column's name.");

    public static ColumnName ReadFrom(ref CanonicalReader reader) =>
        TryParse(reader.ReadText(SizeBytesMax), out var name) ? name : throw reader.Wrong("Expected a column's name");

    public void WriteTo(CanonicalWriter writer) => writer.WriteText(Value);

    public int CompareTo(ColumnName other) => string.CompareOrdinal(_value, other._value);

    public override string ToString() => _value ?? "";

    public static bool operator <(ColumnName left, ColumnName right) => left.CompareTo(right) < 0;

    public static bool operator >(ColumnName left, ColumnName right) => left.CompareTo(right) > 0;

    public static bool operator <=(ColumnName left, ColumnName right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ColumnName left, ColumnName right) => left.CompareTo(right) >= 0;

    private static bool HoldsControlOrSurrogate(string text)
    {
        foreach (var letter in text)
        {
            if (char.IsControl(letter) || char.IsSurrogate(letter))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>What the cells of a column hold. Checked cell by cell at upload.</summary>
public enum ColumnType
{
    Text = 1,
    Integer = 2,
    Decimal = 3,
    Boolean = 4,
    Date = 5,
    DateTime = 6,
}

/// <summary>A column as declared; its meaning stands in the column list, which is content.</summary>
public sealed record Column(ColumnName Name, ColumnType Type, bool Required);
