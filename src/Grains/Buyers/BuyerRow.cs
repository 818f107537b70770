namespace Exchange.Grains.Buyers;

/// <summary>A buyer in lists.</summary>
public sealed record BuyerRow(ChainId Chain, BuyerDetails Details, BuyerStatus Status) : Row(Chain, "")
{
    public override RowTable Table => RowTable.Buyer;

    public override ImmutableArray<RowValue> Columns => [RowValue.Of((long)Status)];
}
