namespace Exchange.Grains.Rules;

// family: rows and their changes

/// <summary>The tables derived from the chains. Names are those of the tables.</summary>
public enum RowTable
{
    Department = 1,
    Officer = 2,
    Household = 3,
    Consent = 4,
    Identifier = 5,
    Notice = 6,
    Buyer = 7,
    Dataset = 8,
    Revision = 9,
    Offer = 10,
    Agreement = 11,
    Delivery = 12,
    Access = 13,
    DueWork = 14,
}

/// <summary>A column that lists are made by: text or an integer, or absent.</summary>
public readonly record struct RowValue(string? Text, long? Number)
{
    public static RowValue Of(string? text) => new(text, null);

    public static RowValue Of(long? number) => new(null, number);

    public static RowValue Of(ChainId chain) => new(chain.ToString(), null);

    public static RowValue Of(GrainKey key) => new(key.Value, null);
}

/// <summary>
/// One row of a derived table. It belongs to the chain its key begins with, so a rebuild needs no order between chains.
/// </summary>
/// <param name="Chain">The chain the row is derived from.</param>
/// <param name="Item">The row's name on its chain: empty where a chain has one row in the table.</param>
public abstract record Row(ChainId Chain, [property: System.Text.Json.Serialization.JsonIgnore] string Item)
{
    public abstract RowTable Table { get; }

    /// <summary>The columns beside key and body, in the order of the table's definition.</summary>
    public abstract ImmutableArray<RowValue> Columns { get; }
}

/// <summary>A change of one row.</summary>
public abstract record RowChange
{
    private RowChange()
    {
    }

    public sealed record Upsert(Row Row) : RowChange;

    public sealed record Delete(RowTable Table, ChainId Chain, string Item) : RowChange;
}
