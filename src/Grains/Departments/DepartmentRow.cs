namespace Exchange.Grains.Departments;

/// <summary>A department in lists.</summary>
public sealed record DepartmentRow(ChainId Chain, DepartmentDetails Details) : Row(Chain, "")
{
    public override RowTable Table => RowTable.Department;

    public override ImmutableArray<RowValue> Columns => [];
}
