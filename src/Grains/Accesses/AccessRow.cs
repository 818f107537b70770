namespace Exchange.Grains.Accesses;

/// <summary>One access to histories. The item is the entry's index.</summary>
public sealed record AccessRow(ChainId Chain, EntryIndex Entry, UnixMilliseconds At, AccessRecorded Access)
    : Row(Chain, Entry.ToString())
{
    public override RowTable Table => RowTable.Access;

    public override ImmutableArray<RowValue> Columns =>
        [RowValue.Of(Access.Household?.Value), RowValue.Of(At.Value)];
}
