namespace Exchange.Grains.Households;

/// <summary>What somebody wants to do with a row, as far as a consent must cover it.</summary>
/// <param name="Member">The member the row is about; nothing where it is about the household.</param>
public sealed record ConsentUse(
    ChainId Recipient, GrainKey Dataset, ImmutableSortedSet<ColumnName> Columns, PurposeCode Purpose, GrainKey? Member);
