namespace Exchange.Grains.Identifiers;

/// <summary>An identifier: whom a department's number stands for now.</summary>
public sealed record IdentifierRow(ChainId Chain, IdentifierLink Link) : Row(Chain, "")
{
    public override RowTable Table => RowTable.Identifier;

    public override ImmutableArray<RowValue> Columns => [RowValue.Of(Link.Household), RowValue.Of(Link.Department)];
}
