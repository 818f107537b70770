namespace Exchange.Engine.Ports;

// family: the derived rows

/// <summary>
/// Reads the rows that were written with their entries: what is committed is in the very next answer.
/// </summary>
public interface IRowStore
{
    /// <summary>One row, or nothing.</summary>
    ValueTask<Row?> FindAsync(RowTable table, ChainId chain, string item, CancellationToken cancellationToken);

    /// <summary>
    /// Rows in ascending order of (chain, item), after a cursor; fewer than the limit only at the end.
    /// </summary>
    ValueTask<ImmutableArray<Row>> ListAsync(
        RowQuery query, RowCursor? after, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// For a delivery's block: everything that decides it, of one moment begun after the call. Households and
    /// identifiers that have no row are absent from the answer.
    /// </summary>
    ValueTask<BlockView> ReadBlockAsync(BlockQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes the rows of some chains and writes others instead, all in one transaction; for a rebuild.
    /// </summary>
    /// <param name="chains">Each chain once.</param>
    ValueTask ReplaceRowsAsync(ImmutableArray<ChainRows> chains, CancellationToken cancellationToken);

    /// <summary>All rows of one chain, ordered by table and item; for a check.</summary>
    ValueTask<ImmutableArray<Row>> ReadRowsOfAsync(ChainId chain, CancellationToken cancellationToken);

    /// <summary>
    /// All rows of the chains from one through another as they lie in their tables, of one moment, ordered by table,
    /// chain and item; for a check.
    /// </summary>
    ValueTask<ImmutableArray<FiledRow>> ReadFiledAsync(
        ChainId first, ChainId last, CancellationToken cancellationToken);

    /// <summary>
    /// The chains that have any row, ascending; for a check: a row of a chain that does not exist is a fault.
    /// </summary>
    IAsyncEnumerable<ChainId> ReadChainsWithRowsAsync(CancellationToken cancellationToken);
}

/// <summary>A chain and all the rows it shall have.</summary>
public readonly record struct ChainRows(ChainId Chain, ImmutableArray<Row> Rows);

/// <summary>A row as it lies in its table, whatever it says itself.</summary>
/// <param name="Columns">What lists are made by.</param>
/// <param name="Body">The canonical bytes of the row.</param>
/// <param name="IsWhole">Whether all else that the store keeps of the row agrees with its bytes.</param>
public sealed record FiledRow(
    RowTable Table, ChainId Chain, string Item, ImmutableArray<RowValue> Columns, ReadOnlyMemory<byte> Body,
    bool IsWhole)
{
    /// <summary>Whether this is the row: its bytes, under its key and in its lists.</summary>
    /// <param name="row">What the row must be.</param>
    /// <param name="body">Its canonical bytes.</param>
    public bool Is(Row row, ReadOnlySpan<byte> body) =>
        IsWhole && Table == row.Table && Chain == row.Chain && Item == row.Item && Body.Span.SequenceEqual(body)
        && Columns.AsSpan().SequenceEqual(row.Columns.AsSpan());
}

/// <summary>Where a list goes on: after this row.</summary>
public readonly record struct RowCursor(ChainId Chain, string Item);

/// <summary>The lists there are: each is one statement of the store.</summary>
public enum RowFilter
{
    /// <summary>All rows of the table.</summary>
    All = 1,

    /// <summary>Rows of one chain: argument 0 the chain.</summary>
    OfChain = 2,

    /// <summary>Rows whose first column equals argument 0.</summary>
    ByFirstColumn = 3,

    /// <summary>Rows whose second column equals argument 0.</summary>
    BySecondColumn = 4,

    /// <summary>Rows whose first and second column equal arguments 0 and 1.</summary>
    ByFirstAndSecondColumn = 5,

    /// <summary>Rows whose third column equals argument 0.</summary>
    ByThirdColumn = 6,

    /// <summary>Rows with the item of argument 0, whatever their chain.</summary>
    ByItem = 7,

    /// <summary>Rows whose second column begins with the text of argument 0 (divisions).</summary>
    BySecondColumnPrefix = 8,

    /// <summary>Rows whose first column is a number of at most argument 0, and whose second is 0 (due work).</summary>
    DueBy = 9,
}

/// <summary>A list of one table.</summary>
public sealed record RowQuery(RowTable Table, RowFilter Filter, ImmutableArray<RowValue> Arguments);

/// <summary>What a delivery's block asks.</summary>
/// <param name="Dataset">The dataset that is delivered.</param>
/// <param name="Recipient">To whom.</param>
/// <param name="Households">Ascending, at most 1,000.</param>
/// <param name="Identifiers">Ascending, at most 1,000.</param>
/// <param name="Parties">Chains whose heads the block rests on: agreement, dataset, licensor, licensee.</param>
public sealed record BlockQuery(
    GrainKey Dataset, ChainId Recipient, ImmutableArray<GrainKey> Households, ImmutableArray<GrainKey> Identifiers,
    ImmutableArray<ChainId> Parties);

/// <summary>What decides a block, all of one moment.</summary>
/// <param name="Consents">By household: recorded or given consents of the dataset for the recipient.</param>
/// <param name="Members">By household: the members who have not left, whose age and guardians decide a consent.</param>
/// <param name="Links">By identifier.</param>
/// <param name="HouseholdHeads">By household.</param>
/// <param name="PartyHeads">In the order asked.</param>
public sealed record BlockView(
    IReadOnlyDictionary<GrainKey, ImmutableArray<Exchange.Grains.Households.Consent>> Consents,
    IReadOnlyDictionary<GrainKey, ImmutableSortedDictionary<GrainKey, Exchange.Grains.Households.Member>> Members,
    IReadOnlyDictionary<GrainKey, Exchange.Grains.Identifiers.IdentifierLink> Links,
    IReadOnlyDictionary<GrainKey, ChainHead> HouseholdHeads,
    ImmutableArray<ChainHead?> PartyHeads)
{
    /// <summary>The members of a household who have not left, without what is sealed about them.</summary>
    public static ImmutableSortedDictionary<GrainKey, Exchange.Grains.Households.Member> MembersOf(
        Exchange.Grains.Households.HouseholdRow row) =>
        row.Members.Where(member => !member.Left).ToImmutableSortedDictionary(
            member => member.Id,
            member => new Exchange.Grains.Households.Member(
                member.Adult, member.BirthYear, member.Guardians, Details: null));
}
