using System.Diagnostics;
using System.Runtime.CompilerServices;
using Exchange.Grains.Households;
using Exchange.Grains.Identifiers;

namespace Exchange.Store.Memory;

/// <summary>The rows of a <see cref="MemoryLedgerStore"/>, read at one moment each.</summary>
public sealed class MemoryRowStore(MemoryLedgerStore ledger) : IRowStore
{
    public ValueTask<Row?> FindAsync(
        RowTable table, ChainId chain, string item, CancellationToken cancellationToken) =>
        new(ledger.Read(tables => tables.Find(table, chain, item)));

    public ValueTask<ImmutableArray<Row>> ListAsync(
        RowQuery query, RowCursor? after, int limit, CancellationToken cancellationToken) =>
        new(ledger.Read(tables => tables.Of(query.Table)
            .Where(row => Matches(query, row) && (after is not { } cursor || IsAfter(cursor, row)))
            .Take(limit)
            .ToImmutableArray()));

    public ValueTask<BlockView> ReadBlockAsync(BlockQuery query, CancellationToken cancellationToken) =>
        new(ledger.Read(tables => ReadBlock(tables, query)));

    public ValueTask ReplaceRowsAsync(ImmutableArray<ChainRows> chains, CancellationToken cancellationToken)
    {
        RowOwners.RefuseStrangers(chains);
        ledger.Faults.Write(() => _ = ledger.Read(tables =>
        {
            foreach (var (chain, rows) in chains)
            {
                tables.Replace(chain, rows);
            }

            return true;
        }));
        return ValueTask.CompletedTask;
    }

    public ValueTask<ImmutableArray<Row>> ReadRowsOfAsync(ChainId chain, CancellationToken cancellationToken) =>
        new(ledger.Read(tables => tables.All.Where(row => row.Chain == chain).ToImmutableArray()));

    public ValueTask<ImmutableArray<FiledRow>> ReadFiledAsync(
        ChainId first, ChainId last, CancellationToken cancellationToken) =>
        new(ledger.Read(tables => tables.All
            .Where(row => row.Chain >= first && row.Chain <= last)
            .Select(row => new FiledRow(
                row.Table, row.Chain, row.Item, row.Columns, RowBodies.Encode(row), IsWhole: true))
            .ToImmutableArray()));

    public async IAsyncEnumerable<ChainId> ReadChainsWithRowsAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        foreach (var chain in ledger.Read(tables => tables.All.Select(row => row.Chain).Distinct().Order().ToArray()))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return chain;
        }
    }

    private static bool IsAfter(RowCursor cursor, Row row) =>
        row.Chain > cursor.Chain
        || (row.Chain == cursor.Chain && string.CompareOrdinal(row.Item, cursor.Item) > 0);

    private static bool Matches(RowQuery query, Row row)
    {
        var arguments = query.Arguments;
        return query.Filter switch
        {
            RowFilter.All => true,
            RowFilter.OfChain => RowValue.Of(row.Chain) == arguments[0],
            RowFilter.ByFirstColumn => row.Columns[0] == arguments[0],
            RowFilter.BySecondColumn => row.Columns[1] == arguments[0],
            RowFilter.ByFirstAndSecondColumn => row.Columns[0] == arguments[0] && row.Columns[1] == arguments[1],
            RowFilter.ByThirdColumn => row.Columns[2] == arguments[0],
            RowFilter.ByItem => RowValue.Of(row.Item) == arguments[0],
            RowFilter.BySecondColumnPrefix =>
                row.Columns[1].Text!.StartsWith(arguments[0].Text!, StringComparison.Ordinal),
            RowFilter.DueBy => row.Columns[0].Number <= arguments[0].Number && row.Columns[1].Number == 0,
            _ => throw new UnreachableException($"{query.Filter} is no list."),
        };
    }

    private BlockView ReadBlock(MemoryTables tables, BlockQuery query)
    {
        var consents = new Dictionary<GrainKey, ImmutableArray<Consent>>();
        var members = new Dictionary<GrainKey, ImmutableSortedDictionary<GrainKey, Member>>();
        var links = new Dictionary<GrainKey, IdentifierLink>();
        var heads = new Dictionary<GrainKey, ChainHead>();
        var recorded = tables.Of(RowTable.Consent).Cast<ConsentRow>()
            .Where(row => row.Consent.Terms.Dataset == query.Dataset
                && row.Consent.Terms.Recipient == query.Recipient
                && row.Consent.Status is ConsentStatus.Recorded or ConsentStatus.Given)
            .ToLookup(row => row.Chain.Key, row => row.Consent);
        foreach (var household in query.Households)
        {
            var chain = new ChainId(GrainKind.Household, household);
            if (recorded.Contains(household))
            {
                consents.Add(household, [.. recorded[household]]);
            }

            if (tables.Find(RowTable.Household, chain, "") is HouseholdRow row)
            {
                members.Add(household, BlockView.MembersOf(row));
            }

            if (ledger.FindHead(chain) is { } head)
            {
                heads.Add(household, head);
            }
        }

        foreach (var identifier in query.Identifiers)
        {
            if (tables.Find(RowTable.Identifier, new(GrainKind.Identifier, identifier), "") is IdentifierRow known)
            {
                links.Add(identifier, known.Link);
            }
        }

        return new(consents, members, links, heads, [.. query.Parties.Select(ledger.FindHead)]);
    }
}
