namespace Exchange.Grains.Exchanges;

/// <summary>An officer in lists. The item is the officer's key.</summary>
public sealed record OfficerRow(ChainId Chain, GrainKey Key, Officer Officer) : Row(Chain, Key.Value)
{
    public override RowTable Table => RowTable.Officer;

    public override ImmutableArray<RowValue> Columns => [RowValue.Of(Officer.Department)];
}
