using Exchange.Grains.Agreements;
using Exchange.Grains.Buyers;
using Exchange.Grains.Households;
using static Exchange.Store.Tests.Samples;

namespace Exchange.Store.Tests.Contracts;

/// <summary>What every store of rows promises.</summary>
public abstract class RowStoreContract(StoreFixture store) : IDisposable
{
    [StoreFact]
    public async Task A_row_is_found_by_table_chain_and_item()
    {
        await KeepAsync(Consent(1, "a"), Consent(1, "b"), Identifier(1, 1), Buyer("acme", BuyerStatus.Approved));

        Same([Consent(1, "b")], [(await store.Rows.FindAsync(RowTable.Consent, Household(1), "b", default))!]);
        Same([Buyer("acme", BuyerStatus.Approved)], [(await store.Rows.FindAsync(RowTable.Buyer, Acme, "", default))!]);
        Assert.Null(await store.Rows.FindAsync(RowTable.Consent, Household(1), "c", default));
        Assert.Null(await store.Rows.FindAsync(RowTable.Household, Household(1), "", default));
    }

    [StoreFact]
    public async Task What_is_committed_is_in_the_very_next_answer()
    {
        var head = Genesis(Household(1));
        for (var n = 0; n < 20; n++)
        {
            var status = n % 2 == 0 ? ConsentStatus.Given : ConsentStatus.Withdrawn;
            var part = Part(Household(1), head, n) with { Rows = [Upsert(Consent(1, "a", status: status))] };
            Assert.Equal(AppendOutcome.Stored, await store.Ledger.AppendAsync(part, default));
            head = HeadOf(part);

            var found = (ConsentRow)(await store.Rows.FindAsync(RowTable.Consent, Household(1), "a", default))!;
            Assert.Equal(status, found.Consent.Status);
            Assert.Equal(status == ConsentStatus.Given, (await BlockAsync([Key(1)], [])).Consents.Count == 1);
        }
    }

    [StoreFact]
    public async Task A_list_goes_on_after_a_cursor_in_ascending_order()
    {
        var rows = Enumerable.Range(1, 7).SelectMany(n => new[] { Consent(n, "a"), Consent(n, "b") }).ToList();
        await KeepAsync([.. rows.AsEnumerable().Reverse()]);
        var all = new RowQuery(RowTable.Consent, RowFilter.All, []);

        var found = new List<Row>();
        RowCursor? after = null;
        ImmutableArray<Row> page;
        do
        {
            page = await store.Rows.ListAsync(all, after, limit: 3, default);
            found.AddRange(page);
            after = page.IsEmpty ? after : new(page[^1].Chain, page[^1].Item);
        }
        while (page.Length == 3);

        Same(rows, found);
    }

    [StoreFact]
    public async Task Every_list_answers_exactly_its_rows()
    {
        var mine = Consent(1, "a");
        var withdrawn = Consent(2, "b", status: ConsentStatus.Withdrawn);
        var others = Consent(2, "a", recipient: Other);
        var elsewhere = Consent(3, "a", dataset: Key(9));
        await KeepAsync(mine, withdrawn, others, elsewhere);
        var (relief, acme) = (RowValue.Of(Relief), RowValue.Of(Acme));

        await ListsAsync(RowTable.Consent, RowFilter.All, [], mine, others, withdrawn, elsewhere);
        await ListsAsync(RowTable.Consent, RowFilter.OfChain, [RowValue.Of(Household(2))], others, withdrawn);
        await ListsAsync(RowTable.Consent, RowFilter.ByFirstColumn, [relief], mine, others, withdrawn);
        await ListsAsync(RowTable.Consent, RowFilter.BySecondColumn, [acme], mine, withdrawn, elsewhere);
        await ListsAsync(RowTable.Consent, RowFilter.ByFirstAndSecondColumn, [relief, acme], mine, withdrawn);
        await ListsAsync(
            RowTable.Consent, RowFilter.ByThirdColumn, [RowValue.Of((long)ConsentStatus.Withdrawn)], withdrawn);
        await ListsAsync(RowTable.Consent, RowFilter.ByItem, [RowValue.Of("a")], mine, others, elsewhere);
    }

    [StoreFact]
    public async Task A_list_of_a_division_has_all_below_it()
    {
        var (inside, alsoInside) = (HouseholdIn(1, "520102"), HouseholdIn(2, "520199"));
        await KeepAsync(inside, alsoInside, HouseholdIn(3, "520201"), HouseholdIn(4, "510102"));

        await ListsAsync(
            RowTable.Household, RowFilter.BySecondColumnPrefix, [RowValue.Of("5201")], inside, alsoInside);
        await ListsAsync(RowTable.Household, RowFilter.BySecondColumnPrefix, [RowValue.Of("520102")], inside);
    }

    [StoreFact]
    public async Task Due_work_is_listed_from_its_moment_unless_parked()
    {
        var due = Due("one", DueWorkKind.NoteOnLicensor, 100, isParked: false);
        await KeepAsync(
            due, Due("two", DueWorkKind.NoteOnLicensor, 101, isParked: false),
            Due("three", DueWorkKind.NoteOnLicensee, 99, isParked: true));

        await ListsAsync(RowTable.DueWork, RowFilter.DueBy, [RowValue.Of(100)], due);
    }

    [StoreFact]
    public async Task A_column_may_be_absent()
    {
        var named = Access("audit", 1, Key(1));
        await KeepAsync(named, Access("audit", 2, household: null));

        await ListsAsync(RowTable.Access, RowFilter.ByFirstColumn, [RowValue.Of(Key(1))], named);
    }

    [StoreFact]
    public async Task A_block_has_what_decides_it_and_nothing_else()
    {
        var (given, recorded) = (Consent(2, "a"), Consent(2, "b", status: ConsentStatus.Recorded));
        await KeepAsync(
            given, recorded, Consent(2, "c", status: ConsentStatus.Withdrawn), Consent(3, "a", recipient: Other),
            Consent(4, "a", dataset: Key(9)), Consent(5, "a"), Consent(9, "a"), Identifier(11, 2), Identifier(13, 5));

        var view = await BlockAsync([Key(2), Key(3), Key(4), Key(6), Key(9)], [Key(10), Key(11), Key(12)]);

        Assert.Equal([Key(2), Key(9)], view.Consents.Keys.Order());
        Same([given, recorded], view.Consents[Key(2)].Select(consent => new ConsentRow(Household(2), consent)));
        Assert.Equal(Identifier(11, 2).Link, Assert.Single(view.Links).Value);
        Assert.Equal([Key(2), Key(3), Key(4), Key(9)], view.HouseholdHeads.Keys.Order());
        Assert.Equal([null, new EntryIndex(0)], view.PartyHeads.Select(head => head?.Index));
    }

    [StoreFact]
    public async Task A_block_is_found_among_many_others()
    {
        await KeepAsync(
            [.. Enumerable.Range(0, 1000).SelectMany(n => new Row[] { Consent(n, "a"), Identifier(n, n) })]);
        var seed = Seeds.Next();
        var random = new Random(seed);

        foreach (var share in new[] { 1, 3, 20, 200, 990 })
        {
            var keys = Enumerable.Range(0, 1100).Where(_ => random.Next(share) == 0).Select(Key).ToImmutableArray();
            var view = await BlockAsync(keys, keys);

            var expected = keys.Where(key => key < Key(1000)).ToList();
            Assert.True(expected.SequenceEqual(view.Consents.Keys.Order()), $"seed={seed} share={share}");
            Assert.True(expected.SequenceEqual(view.Links.Keys.Order()), $"seed={seed} share={share}");
            Assert.True(expected.SequenceEqual(view.HouseholdHeads.Keys.Order()), $"seed={seed} share={share}");
            Assert.All(view.Links, link => Assert.Equal(link.Key, link.Value.Household));
        }
    }

    [StoreFact]
    public async Task A_block_of_nothing_is_empty()
    {
        var view = await BlockAsync([], []);

        Assert.Empty(view.Consents);
        Assert.Empty(view.Links);
        Assert.Empty(view.HouseholdHeads);
    }

    [StoreFact]
    public async Task A_block_is_of_one_moment()
    {
        await KeepAsync(Consent(1, "a"), Consent(2, "a"));
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(() => TurnTogetherAsync(stop.Token));

        for (var n = 0; n < 200; n++)
        {
            var view = await BlockAsync([Key(1)], []);
            var isGiven = view.Consents.ContainsKey(Key(1));

            // Every second entry withdraws: head and consent must be of the same one.
            Assert.Equal(view.HouseholdHeads[Key(1)].Index.Value % 2 == 0, isGiven);
        }

        await stop.CancelAsync();
        await writing;
    }

    [StoreFact]
    public async Task Replaced_rows_are_the_only_ones_of_their_chain()
    {
        await KeepAsync(Consent(1, "a"), Consent(1, "b"), HouseholdIn(1, "520102"), Consent(2, "a"));

        await store.Rows.ReplaceRowsAsync([new(Household(1), [Consent(1, "c")])], default);
        store.Reopen();

        Same([Consent(1, "c")], await store.Rows.ReadRowsOfAsync(Household(1), default));
        Same([Consent(2, "a")], await store.Rows.ReadRowsOfAsync(Household(2), default));
        await Assert.ThrowsAsync<ArgumentException>(
            async () => await store.Rows.ReplaceRowsAsync([new(Household(1), [Consent(2, "c")])], default));
    }

    [StoreFact]
    public async Task Rows_of_a_chain_are_ordered_by_table_and_item()
    {
        await KeepAsync(Consent(1, "b"), Consent(1, "a"), HouseholdIn(1, "520102"));

        Same(
            [HouseholdIn(1, "520102"), Consent(1, "a"), Consent(1, "b")],
            await store.Rows.ReadRowsOfAsync(Household(1), default));
    }

    [StoreFact]
    public async Task Chains_with_rows_are_read_ascending_each_once()
    {
        var rows = Enumerable.Range(0, 300).SelectMany(n => new Row[] { Consent(n, "a"), Consent(n, "b") }).ToList();
        await KeepAsync([.. rows, HouseholdIn(7, "520102"), Identifier(3, 1), Buyer("acme", BuyerStatus.Approved)]);

        var found = await ListAsync(store.Rows.ReadChainsWithRowsAsync(default));

        Assert.Equal(
            [.. Enumerable.Range(0, 300).Select(Household), new(GrainKind.Identifier, Key(3)), Acme], found);
    }

    public void Dispose()
    {
        store.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task KeepAsync(params Row[] rows)
    {
        foreach (var chain in rows.GroupBy(row => row.Chain))
        {
            var part = Part(chain.Key, Genesis(chain.Key), 1) with { Rows = [.. chain.Select(Upsert)] };
            Assert.Equal(AppendOutcome.Stored, await store.Ledger.AppendAsync(part, default));
        }
    }

    private async Task ListsAsync(
        RowTable table, RowFilter filter, ImmutableArray<RowValue> arguments, params Row[] expected)
    {
        var query = new RowQuery(table, filter, arguments);
        Same(expected, await store.Rows.ListAsync(query, after: null, limit: 100, default));

        var rest = await store.Rows.ListAsync(query, new(expected[0].Chain, expected[0].Item), limit: 100, default);
        Same(expected[1..], rest);
    }

    private ValueTask<BlockView> BlockAsync(
        ImmutableArray<GrainKey> households, ImmutableArray<GrainKey> identifiers) =>
        store.Rows.ReadBlockAsync(
            new(Relief, Acme, households, identifiers, [Household(999_999), Household(2)]), default);

    private async Task TurnTogetherAsync(CancellationToken stop)
    {
        var head = (await store.Ledger.ReadHeadsAsync([Household(1)], default))[0]!.Value;
        for (var n = 2; !stop.IsCancellationRequested; n++)
        {
            var status = head.Index.Value % 2 == 0 ? ConsentStatus.Withdrawn : ConsentStatus.Given;
            var part = Part(Household(1), head, n) with { Rows = [Upsert(Consent(1, "a", status: status))] };
            Assert.Equal(AppendOutcome.Stored, await store.Ledger.AppendAsync(part, default));
            head = HeadOf(part);
        }
    }
}
