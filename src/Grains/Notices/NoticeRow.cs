namespace Exchange.Grains.Notices;

/// <summary>A notice with its versions.</summary>
public sealed record NoticeRow(
    ChainId Chain, GrainKey Department,
    [Count(NoticeState.DocumentsMax)] ImmutableSortedDictionary<string, Digest> Documents) : Row(Chain, "")
{
    public override RowTable Table => RowTable.Notice;

    public override ImmutableArray<RowValue> Columns => [RowValue.Of(Department)];
}
