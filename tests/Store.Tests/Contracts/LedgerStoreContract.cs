using static Exchange.Store.Tests.Samples;

namespace Exchange.Store.Tests.Contracts;

/// <summary>What every ledger store promises.</summary>
public abstract class LedgerStoreContract(StoreFixture store) : IDisposable
{
    private static readonly ChainId One = Household(1);
    private static readonly ChainId Two = Household(2);

    [StoreFact]
    public async Task A_stored_part_is_there_after_a_restart()
    {
        var part = Part(One, Genesis(One), 1, 2, 3);

        Assert.Equal(AppendOutcome.Stored, await AppendAsync(part));
        store.Reopen();

        var entries = await ListAsync(store.Ledger.ReadChainAsync(One, new(0), through: null, default));
        Assert.Equal(part.Entries.Select(Text), entries.Select(Text));
        Assert.Equal(HeadOf(part), (await store.Ledger.ReadHeadsAsync([One], default))[0]);
    }

    [StoreFact]
    public async Task A_part_on_another_head_is_not_stored_at_all()
    {
        var first = Part(One, Genesis(One), 1);
        await AppendAsync(first);
        var stale = Part(One, Genesis(One), 2) with { Rows = [Upsert(Consent(1, "late"))] };
        var early = Part(One, HeadOf(Part(One, HeadOf(first), 8)), 9);
        var otherHash = Part(One, HeadOf(first) with { Hash = Hashes.Entry([1]) }, 10);

        Assert.Equal(AppendOutcome.HeadMoved, await AppendAsync(stale));
        Assert.Equal(AppendOutcome.HeadMoved, await AppendAsync(early));
        Assert.Equal(AppendOutcome.HeadMoved, await AppendAsync(otherHash));

        await OnlyAsync(One, first);
        Assert.Empty(await store.Rows.ReadRowsOfAsync(One, default));
    }

    [StoreFact]
    public async Task A_chain_that_is_not_there_has_only_its_empty_head()
    {
        var second = Part(One, HeadOf(Part(One, Genesis(One), 1)), 2);

        Assert.Equal(AppendOutcome.HeadMoved, await AppendAsync(second));
        Assert.Null((await store.Ledger.ReadHeadsAsync([One], default))[0]);
    }

    [StoreFact]
    public async Task A_part_with_a_known_command_is_not_stored_at_all()
    {
        var first = Part(One, Genesis(One), 1, 2);
        await AppendAsync(first);
        var again = Part(One, HeadOf(first), 3, 4, 2) with { Rows = [Upsert(Consent(1, "again"))] };

        Assert.Equal(AppendOutcome.CommandKnown, await AppendAsync(again));
        await OnlyAsync(One, first);
        Assert.Empty(await store.Rows.ReadRowsOfAsync(One, default));

        // What stood before the known one was not kept either.
        Assert.Equal(AppendOutcome.Stored, await AppendAsync(Part(One, HeadOf(first), 3, 4)));
    }

    [StoreFact]
    public async Task A_part_that_has_a_command_twice_is_not_stored()
    {
        Assert.Equal(AppendOutcome.CommandKnown, await AppendAsync(Part(One, Genesis(One), 1, 1)));
        Assert.Null((await store.Ledger.ReadHeadsAsync([One], default))[0]);
        Assert.Equal(AppendOutcome.Stored, await AppendAsync(Part(One, Genesis(One), 1)));
    }

    [StoreFact]
    public async Task A_command_id_is_known_only_to_its_chain_and_actor()
    {
        var first = Part(One, Genesis(One), 1);
        await AppendAsync(first);
        var byOther = new ChainPart(
            One, HeadOf(first), [Entry(One, HeadOf(first), Command(1), Acme, bodySize: 8)], []);

        Assert.Equal(AppendOutcome.Stored, await AppendAsync(byOther));
        Assert.Equal(AppendOutcome.Stored, await AppendAsync(Part(Two, Genesis(Two), 1)));
        var found = await store.Ledger.FindCommandsAsync(
            [new(One, One, Command(1)), new(One, Acme, Command(1)), new(One, Other, Command(1))], default);
        Assert.Equal([new(0), new(1), null], found.Select(command => command?.Index));
    }

    [StoreFact]
    public async Task Nobody_suffers_from_the_part_of_another()
    {
        await AppendAsync(Part(One, Genesis(One), 1));
        var parts = Enumerable.Range(0, 200)
            .Select(n => n % 3 == 0 ? Part(One, Genesis(One), 1000 + n) : Part(Household(n), Genesis(Household(n)), n))
            .Where((part, n) => n % 3 == 0 || (part.Chain != One && part.Chain != Two))
            .ToList();

        // Opened first: opening blocks, and many callers would hold the very threads that it waits for.
        _ = store.Ledger;
        var outcomes = await Task.WhenAll(parts.Select(part => Task.Run(() => AppendAsync(part))));

        Assert.Equal(
            parts.Select(part => part.Chain == One ? AppendOutcome.HeadMoved : AppendOutcome.Stored), outcomes);
    }

    [StoreFact]
    public async Task Of_parts_on_one_head_exactly_one_is_stored()
    {
        var parts = Enumerable.Range(0, 64).Select(n => Part(One, Genesis(One), n)).ToList();

        // Opened first: opening blocks, and many callers would hold the very threads that it waits for.
        _ = store.Ledger;
        var outcomes = await Task.WhenAll(parts.Select(part => Task.Run(() => AppendAsync(part))));

        var winner = Assert.Single(outcomes.Index(), each => each.Item == AppendOutcome.Stored).Index;
        Assert.All(outcomes.Where(outcome => outcome != AppendOutcome.Stored), outcome =>
            Assert.Equal(AppendOutcome.HeadMoved, outcome));
        await OnlyAsync(One, parts[winner]);
    }

    [StoreFact]
    public async Task Rows_are_stored_in_order_with_their_part()
    {
        var (kept, gone) = (Consent(1, "kept"), Consent(1, "gone"));
        var part = Part(One, Genesis(One), 1) with
        {
            Rows = [Upsert(gone), Upsert(kept), Delete(gone), Delete(kept), Upsert(kept)],
        };

        await AppendAsync(part);

        Same([kept], await store.Rows.ReadRowsOfAsync(One, default));
    }

    [StoreFact]
    public async Task A_part_has_one_to_so_many_entries_in_order()
    {
        var empty = new ChainPart(One, Genesis(One), [], []);
        var oversized = Part(One, Genesis(One), [.. Enumerable.Range(0, ChainPart.EntriesMax + 1)]);
        var gap = Part(One, Genesis(One), 1, 2, 3);
        gap = gap with { Entries = [gap.Entries[0], gap.Entries[2]] };

        await Assert.ThrowsAsync<ArgumentException>(() => AppendAsync(empty));
        await Assert.ThrowsAsync<ArgumentException>(() => AppendAsync(oversized));
        await Assert.ThrowsAsync<ArgumentException>(() => AppendAsync(gap));
        Assert.Equal(AppendOutcome.Stored, await AppendAsync(
            Part(One, Genesis(One), [.. Enumerable.Range(0, ChainPart.EntriesMax)])));
    }

    [StoreFact]
    public async Task The_largest_entry_is_stored_and_a_larger_one_refused()
    {
        var largest = Entry(One, Genesis(One), Command(1), One, global::Exchange.Ledger.Entry.SizeBytesMax);
        var larger = Entry(One, Genesis(One), Command(1), One, global::Exchange.Ledger.Entry.SizeBytesMax + 1);

        await Assert.ThrowsAsync<ArgumentException>(() => AppendAsync(new(One, Genesis(One), [larger], [])));
        Assert.Equal(AppendOutcome.Stored, await AppendAsync(new(One, Genesis(One), [largest], [])));
        Assert.Equal(
            largest.Bytes.ToArray(),
            Assert.Single(await ListAsync(store.Ledger.ReadChainAsync(One, new(0), null, default))).Bytes.ToArray());
    }

    [StoreFact]
    public async Task Heads_are_answered_in_the_order_asked()
    {
        var (one, two) = (Part(One, Genesis(One), 1, 2), Part(Two, Genesis(Two), 3));
        await AppendAsync(one);
        await AppendAsync(two);

        var heads = await store.Ledger.ReadHeadsAsync([Two, Household(9), One, Two], default);

        IEnumerable<ChainHead?> expected = [HeadOf(two), null, HeadOf(one), HeadOf(two)];
        Assert.Equal(expected, heads.AsEnumerable());
        Assert.Empty(await store.Ledger.ReadHeadsAsync([], default));
    }

    [StoreFact]
    public async Task Known_commands_are_answered_in_the_order_asked()
    {
        var part = Part(One, Genesis(One), 1, 2);
        await AppendAsync(part);

        var found = await store.Ledger.FindCommandsAsync(
            [new(One, One, Command(2)), new(Two, One, Command(2)), new(One, One, Command(1))], default);

        IEnumerable<KnownCommand?> expected = [Known(part.Entries[1]), null, Known(part.Entries[0])];
        Assert.Equal(expected, found.AsEnumerable());
    }

    [StoreFact]
    public async Task A_chain_is_read_from_one_index_through_another()
    {
        var part = Part(One, Genesis(One), [.. Enumerable.Range(0, 600)]);
        await AppendAsync(part);
        await AppendAsync(Part(Two, Genesis(Two), 1));

        Assert.Equal(
            part.Entries[298..303].Select(Text),
            (await ListAsync(store.Ledger.ReadChainAsync(One, new(298), new(302), default))).Select(Text));
        Assert.Equal(
            part.Entries[5..].Select(Text),
            (await ListAsync(store.Ledger.ReadChainAsync(One, new(5), null, default))).Select(Text));
        Assert.Empty(await ListAsync(store.Ledger.ReadChainAsync(One, new(600), null, default)));
        Assert.Empty(await ListAsync(store.Ledger.ReadChainAsync(Household(3), new(0), null, default)));
    }

    [StoreFact]
    public async Task All_chains_are_read_ascending_after_a_chain()
    {
        var chains = new[] { Acme, Household(10), Household(2), ChainId.Parse("department/civil") };
        var parts = chains.Select(chain => Part(chain, Genesis(chain), 1, 2)).ToDictionary(part => part.Chain);
        foreach (var part in parts.Values)
        {
            await AppendAsync(part);
        }

        var all = await ListAsync(store.Ledger.ReadChainsAsync(after: null, default));
        var rest = await ListAsync(store.Ledger.ReadChainsAsync(after: Household(2), default));

        Assert.Equal(chains.Order(), all.Select(each => each.Chain));
        Assert.All(all, each => Assert.Equal(HeadOf(parts[each.Chain]), each.Head));
        Assert.Equal([Household(10), Acme], rest.Select(each => each.Chain));
    }

    [StoreFact]
    public async Task All_chains_are_read_at_one_moment()
    {
        foreach (var n in Enumerable.Range(1, 50))
        {
            await AppendAsync(Part(Household(n), Genesis(Household(n)), n));
        }

        var heads = new List<ChainWithHead>();
        await foreach (var each in store.Ledger.ReadChainsAsync(after: null, default))
        {
            if (heads.Count == 0)
            {
                var last = (await store.Ledger.ReadHeadsAsync([Household(50)], default))[0]!.Value;
                Assert.Equal(AppendOutcome.Stored, await AppendAsync(Part(Household(50), last, 51)));
                Assert.Equal(AppendOutcome.Stored, await AppendAsync(Part(Acme, Genesis(Acme), 1)));
            }

            heads.Add(each);
        }

        Assert.Equal(50, heads.Count);
        Assert.All(heads, each => Assert.Equal(new EntryIndex(0), each.Head.Index));
    }

    [StoreFact]
    public async Task A_reader_of_the_tail_sees_every_entry_once_and_in_order()
    {
        const int Writers = 8;
        const int Each = 50;
        // Opened first: opening blocks, and many callers would hold the very threads that it waits for.
        _ = store.Ledger;
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(n => Task.Run(() => WriteManyAsync(n, Each))));

        var seen = new List<StoredEntry>();
        var after = EntryPosition.BeforeFirst;

        // A store may hold entries back as long as an earlier one may still come.
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (seen.Count < Writers * Each)
        {
            Assert.False(
                patience.IsCancellationRequested, $"expected {Writers * Each} entries, found {seen.Count}");
            var page = await store.Ledger.ReadTailAsync(after, countMax: 7, default);
            Assert.True(page.Length <= 7);
            seen.AddRange(page);
            after = page.IsEmpty ? after : page[^1].Position;
        }

        await writing;
        Assert.Equal(seen.Select(entry => entry.Position.Value).Order(), seen.Select(entry => entry.Position.Value));
        Assert.All(seen.GroupBy(entry => entry.Chain), chain => Assert.Equal(
            Enumerable.Range(0, Each).Select(n => (long)n), chain.Select(entry => entry.Index.Value)));
        Assert.Empty(await store.Ledger.ReadTailAsync(after, countMax: 7, default));
    }

    [StoreFact]
    public async Task The_greatest_time_is_that_of_any_entry()
    {
        Assert.Null(await store.Ledger.ReadGreatestTimeAsync(default));
        var late = Part(One, Genesis(One), 1);
        late = late with { Entries = [late.Entries[0] with { RecordedAt = new(9_000_000) }] };

        await AppendAsync(late);
        await AppendAsync(Part(Two, Genesis(Two), 1));
        Assert.Equal(new UnixMilliseconds(9_000_000), await store.Ledger.ReadGreatestTimeAsync(default));
        store.Reopen();
        await AppendAsync(Part(Two, HeadOf(Part(Two, Genesis(Two), 1)), 2));

        Assert.Equal(new UnixMilliseconds(9_000_000), await store.Ledger.ReadGreatestTimeAsync(default));
    }

    [StoreFact]
    public async Task A_cancelled_caller_learns_nothing_and_harms_nobody()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var part = Part(One, Genesis(One), 1);

        _ = await Record.ExceptionAsync(async () => await store.Ledger.AppendAsync(part, cancelled.Token));
        var outcome = await AppendAsync(part);

        Assert.Contains(outcome, new[] { AppendOutcome.Stored, AppendOutcome.HeadMoved });
        await OnlyAsync(One, part);
    }

    [StoreTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_commit_that_fails_is_unknown_until_somebody_looks(bool isStored)
    {
        var first = Part(One, Genesis(One), 1);
        var broken = Part(One, HeadOf(first), 2) with { Rows = [Upsert(Consent(1, "row"))] };
        await AppendAsync(first);
        store.BreakNextCommit(isStored);

        Assert.Equal(AppendOutcome.Unknown, await AppendAsync(broken));
        store.Reopen();

        var head = (await store.Ledger.ReadHeadsAsync([One], default))[0];
        Assert.Equal(isStored ? HeadOf(broken) : HeadOf(first), head);
        Assert.Equal(isStored ? 1 : 0, (await store.Rows.ReadRowsOfAsync(One, default)).Length);
        var known = await store.Ledger.FindCommandsAsync([new(One, One, Command(2))], default);
        Assert.Equal(isStored, known[0] is not null);
        Assert.Equal(
            isStored ? AppendOutcome.HeadMoved : AppendOutcome.Stored, await AppendAsync(broken));
    }

    public void Dispose()
    {
        store.Dispose();
        GC.SuppressFinalize(this);
    }

    private static string Text(PendingEntry entry) => $"{entry.Index} {Convert.ToHexString(entry.Bytes.Span)}";

    private static string Text(StoredEntry entry) => $"{entry.Index} {Convert.ToHexString(entry.Bytes.Span)}";

    private static KnownCommand Known(PendingEntry entry) =>
        new(entry.Index, entry.Hash, entry.RecordedAt, entry.Intent);

    private async Task<AppendOutcome> AppendAsync(ChainPart part) => await store.Ledger.AppendAsync(part, default);

    private async Task OnlyAsync(ChainId chain, ChainPart part) => Assert.Equal(
        part.Entries.Select(Text),
        (await ListAsync(store.Ledger.ReadChainAsync(chain, new(0), null, default))).Select(Text));

    private async Task WriteManyAsync(int writer, int count)
    {
        var chain = Household(100 + writer);
        var head = Genesis(chain);
        for (var n = 0; n < count; n++)
        {
            var part = Part(chain, head, n);
            Assert.Equal(AppendOutcome.Stored, await AppendAsync(part));
            head = HeadOf(part);
        }
    }
}
