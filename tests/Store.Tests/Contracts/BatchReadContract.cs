using static Exchange.Store.Tests.Samples;

namespace Exchange.Store.Tests.Contracts;

/// <summary>What every store promises of reading many chains at once.</summary>
public abstract class BatchReadContract(StoreFixture store) : IDisposable
{
    private static readonly EntryIndex End = new(long.MaxValue);

    [StoreFact]
    public async Task Chains_that_are_not_there_give_no_page()
    {
        Assert.Empty(await ReadAsync());
        Assert.Empty(await ReadAsync(new(Household(1), new(0), End), new(Household(2), new(0), new(5))));
        Assert.Empty(await store.Rows.ReadFiledAsync(Household(1), Household(9), default));
        Assert.Empty(await store.Snapshots.ReadRangeAsync(Household(1), Household(9), default));
    }

    [StoreFact]
    public async Task Stretches_come_in_the_order_asked()
    {
        await FillAsync(Household(1), 3);
        await FillAsync(Household(2), 4);
        await FillAsync(Household(3), 2);

        var found = await ReadAsync(
            new(Household(3), new(0), End), new(Household(9), new(0), End), new(Household(1), new(1), new(1)),
            new(Household(2), new(2), new(7)), new(Household(2), new(9), End));

        Assert.Equal(
            [
                (Household(3), 0), (Household(3), 1), (Household(1), 1), (Household(2), 2), (Household(2), 3),
            ],
            found.Select(entry => (entry.Chain, entry.Index.Value)));
        foreach (var entry in found)
        {
            var alone = Assert.Single(
                await ListAsync(store.Ledger.ReadChainAsync(entry.Chain, entry.Index, entry.Index, default)));
            Assert.Equal(alone.Position, entry.Position);
            Assert.Equal(alone.Bytes.ToArray(), entry.Bytes.ToArray());
        }
    }

    [StoreFact]
    public async Task A_chain_longer_than_a_page_goes_on_in_the_next()
    {
        await FillAsync(Household(1), 2);
        await FillAsync(Household(2), 2600);
        await FillAsync(Household(3), 2);

        var found = await ReadAsync([.. new[] { 1, 2, 3 }.Select(
            number => new ChainStretch(Household(number), new(0), End))]);

        Assert.Equal(
            [
                (Household(1), 0), (Household(1), 1),
                .. Enumerable.Range(0, 2600).Select(index => (Household(2), (long)index)),
                (Household(3), 0), (Household(3), 1),
            ],
            found.Select(entry => (entry.Chain, entry.Index.Value)));
    }

    [StoreFact]
    public async Task What_is_committed_meanwhile_is_no_part_of_a_stretch()
    {
        var head = await FillAsync(Household(1), 1500);
        _ = await FillAsync(Household(2), 1500);
        var found = new List<StoredEntry>();

        await foreach (var page in store.Ledger.ReadPagesAsync(
            [new(Household(1), new(0), new(1499)), new(Household(2), new(0), new(1499))], default))
        {
            found.AddRange(page);
            var part = Part(Household(1), head, 10_000 + found.Count);
            Assert.Equal(AppendOutcome.Stored, await store.Ledger.AppendAsync(part, default));
            head = HeadOf(part);
        }

        Assert.Equal(3000, found.Count);
        Assert.Equal(1500, found.Count(entry => entry.Chain == Household(1)));
    }

    [StoreFact]
    public async Task Whoever_leaves_early_leaves_the_store_usable()
    {
        _ = await FillAsync(Household(1), 1500);

        for (var i = 0; i < 40; i++)
        {
            await foreach (var page in store.Ledger.ReadPagesAsync([new(Household(1), new(0), End)], default))
            {
                Assert.NotEmpty(page);
                break;
            }
        }

        Assert.Equal(1500, (await ReadAsync(new ChainStretch(Household(1), new(0), End))).Count);
    }

    [StoreFact]
    public async Task Rows_of_a_range_lie_as_they_say()
    {
        Row[] rows =
        [
            HouseholdIn(1, "520102"), HouseholdIn(2, "520103"), Consent(1, "b"), Consent(1, "a"), Consent(2, "a"),
            Consent(3, "a"), Identifier(1, 1),
        ];
        await store.Rows.ReplaceRowsAsync(
            [.. rows.GroupBy(row => row.Chain).Select(of => new ChainRows(of.Key, [.. of]))], default);

        var found = await store.Rows.ReadFiledAsync(Household(1), Household(2), default);

        Assert.Equal(
            [
                (RowTable.Household, Household(1), ""), (RowTable.Household, Household(2), ""),
                (RowTable.Consent, Household(1), "a"), (RowTable.Consent, Household(1), "b"),
                (RowTable.Consent, Household(2), "a"),
            ],
            found.Select(row => (row.Table, row.Chain, row.Item)));
        Assert.All(found, row => Assert.True(row.Is(
            rows.Single(each => (each.Table, each.Chain, each.Item) == (row.Table, row.Chain, row.Item)),
            RowBodies.Encode(RowBodies.Decode(row.Table, row.Body.Span)))));
    }

    [StoreFact]
    public async Task Rows_of_many_chains_are_replaced_at_once()
    {
        await store.Rows.ReplaceRowsAsync(
            [new(Household(1), [Consent(1, "a"), Consent(1, "b")]), new(Household(2), [Consent(2, "a")])], default);

        await store.Rows.ReplaceRowsAsync([], default);
        await store.Rows.ReplaceRowsAsync(
            [new(Household(1), [Consent(1, "b"), Consent(1, "c")]), new(Household(2), [])], default);
        store.Reopen();

        Assert.Equal(
            [(Household(1), "b"), (Household(1), "c")],
            (await store.Rows.ReadFiledAsync(Household(1), Household(2), default))
                .Select(row => (row.Chain, row.Item)));
    }

    public void Dispose()
    {
        store.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task<List<StoredEntry>> ReadAsync(params ImmutableArray<ChainStretch> stretches)
    {
        var entries = new List<StoredEntry>();
        await foreach (var page in store.Ledger.ReadPagesAsync(stretches, default))
        {
            Assert.NotEmpty(page);
            entries.AddRange(page);
        }

        return entries;
    }

    private async Task<ChainHead> FillAsync(ChainId chain, int count)
    {
        var head = Genesis(chain);
        foreach (var numbers in Enumerable.Range(0, count).Chunk(ChainPart.EntriesMax))
        {
            var part = Part(chain, head, numbers);
            Assert.Equal(AppendOutcome.Stored, await store.Ledger.AppendAsync(part, default));
            head = HeadOf(part);
        }

        return head;
    }
}
