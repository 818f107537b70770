namespace Exchange.Store;

/// <summary>The statements behind the lists: every table has one of each name that it is asked by.</summary>
internal static class RowLists
{
    internal static string StatementOf(RowFilter filter) => filter switch
    {
        RowFilter.All => "list_all",
        RowFilter.OfChain => "list_of_chain",
        RowFilter.ByFirstColumn => "list_by_first_column",
        RowFilter.BySecondColumn => "list_by_second_column",
        RowFilter.ByFirstAndSecondColumn => "list_by_first_and_second_column",
        RowFilter.ByThirdColumn => "list_by_third_column",
        RowFilter.ByItem => "list_by_item",
        RowFilter.BySecondColumnPrefix => "list_by_second_column_prefix",
        RowFilter.DueBy => "list_due_by",
        _ => throw new ArgumentOutOfRangeException(nameof(filter), filter, "There is no such list."),
    };
}
