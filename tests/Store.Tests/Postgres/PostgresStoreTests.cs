using Exchange.Store.Postgres;
using Npgsql;
using static Exchange.Store.Tests.Samples;

namespace Exchange.Store.Tests.Postgres;

/// <summary>What only a database that is shared can get wrong.</summary>
[NeedsServer]
public sealed class PostgresStoreTests : IDisposable
{
    private static readonly ChainId One = Household(1);
    private static readonly ChainId Two = Household(2);

    private readonly PostgresFixture _fixture = new();

    [StoreFact]
    public async Task Two_nodes_never_fork_a_chain_and_the_loser_is_told()
    {
        const int Each = 40;
        using var other = PostgresFixture.Open(_fixture.NewOptions());
        ChainId[] chains = [One, Two, Acme];

        var moved = await Task.WhenAll(
            from store in new[] { _fixture.Store, other }
            from chain in chains
            select Task.Run(() => WriteAsync(store, chain, Each)));

        Assert.True(moved.Sum() > 0, "expected that the nodes met, found that they never did");
        foreach (var chain in chains)
        {
            var entries = await ListAsync(other.Ledger.ReadChainAsync(chain, new(0), null, default));
            var head = Genesis(chain);
            Assert.Equal(2 * Each, entries.Count);
            foreach (var entry in entries)
            {
                Assert.Equal(head.Hash, EntryCodec.Decode(entry.Bytes).Previous);
                head = new(entry.Index, Hashes.Entry(entry.Bytes.Span));
            }

            Assert.Equal(head, (await _fixture.Ledger.ReadHeadsAsync([chain], default))[0]);
        }
    }

    [StoreFact]
    public async Task Many_parts_keep_what_can_be_kept_when_another_node_was_first()
    {
        using var other = PostgresFixture.Open(_fixture.NewOptions());
        var first = Enumerable.Range(0, 60).Select(n => Part(Household(n), Genesis(Household(n)), n)).ToList();
        await Task.WhenAll(first.Where((_, n) => n % 2 == 0).Select(part => AppendAsync(other, part)));

        var outcomes = await Task.WhenAll(first.Select(part => AppendAsync(_fixture.Store, part)));

        Assert.Equal(first.Select((_, n) => n % 2 == 0 ? AppendOutcome.HeadMoved : AppendOutcome.Stored), outcomes);
        var second = first.Select((part, n) => Part(part.Chain, HeadOf(part), n % 3 == 0 ? n : 1000 + n)).ToList();
        outcomes = await Task.WhenAll(second.Select(part => AppendAsync(other, part)));
        Assert.Equal(
            second.Select((_, n) => n % 3 == 0 ? AppendOutcome.CommandKnown : AppendOutcome.Stored), outcomes);
    }

    [StoreFact]
    public async Task What_cites_a_head_that_moved_is_not_stored_and_its_neighbours_are()
    {
        using var other = PostgresFixture.Open(_fixture.NewOptions());
        var (asked, resting) = (Part(One, Genesis(One), 1), Part(Two, Genesis(Two), 2));
        await AppendAsync(_fixture.Store, asked);
        await AppendAsync(_fixture.Store, resting);
        await AppendAsync(other, Part(One, HeadOf(asked), 3));
        var parts = Enumerable.Range(0, 60).Select(
            n => Part(Household(100 + n), Genesis(Household(100 + n)), n) with
        {
            Cited = n % 3 == 0 ? [new(One, HeadOf(asked)), new(Two, HeadOf(resting))]
                : n % 3 == 1 ? [new(Two, HeadOf(resting))] : [],
        });

        var outcomes = await Task.WhenAll(parts.Select(part => AppendAsync(_fixture.Store, part)));

        Assert.Equal(
            Enumerable.Range(0, 60).Select(n => n % 3 == 0 ? AppendOutcome.CitedMoved : AppendOutcome.Stored),
            outcomes);
        Assert.Null((await other.Ledger.ReadHeadsAsync([Household(100)], default))[0]);
    }

    [StoreFact]
    public async Task Nothing_from_before_a_settled_moment_is_stored_by_any_node()
    {
        using var other = PostgresFixture.Open(_fixture.NewOptions());
        var (early, late) = (Part(One, Genesis(One), 1), Part(Two, Genesis(Two), 1, 2, 3));
        await AppendAsync(other, late);
        var moment = late.Entries[^1].RecordedAt;

        Assert.Equal(moment, await _fixture.Ledger.SettleAsync(moment, moment, default));
        var after = Part(Two, HeadOf(late), 4);
        var outcomes = await Task.WhenAll(AppendAsync(other, early), AppendAsync(other, after));

        Assert.Equal([AppendOutcome.TimePassed, AppendOutcome.Stored], outcomes);
        Assert.Null((await other.Ledger.ReadHeadsAsync([One], default))[0]);
        Assert.Equal(after.Entries[0].RecordedAt, await other.Ledger.ReadGreatestTimeAsync(default));
    }

    [StoreFact]
    public async Task A_moment_that_nobody_reached_yet_counts_as_the_greatest_time()
    {
        UnixMilliseconds moment = new(2_000_000);

        Assert.Null(await _fixture.Ledger.ReadGreatestTimeAsync(default));
        Assert.Equal(moment, await _fixture.Ledger.SettleAsync(moment, moment, default));

        Assert.Equal(moment, await _fixture.Ledger.ReadGreatestTimeAsync(default));
        Assert.Equal(AppendOutcome.TimePassed, await AppendAsync(_fixture.Store, Part(One, Genesis(One), 1)));
    }

    [StoreFact]
    public async Task A_moment_is_settled_only_when_earlier_appends_have_ended()
    {
        UnixMilliseconds moment = new(2_000_000);
        await AppendAsync(_fixture.Store, Part(One, Genesis(One), 1));
        using ManualResetEventSlim gathered = new(), held = new();
        var (busy, open) = (new TaskCompletionSource(), new TaskCompletionSource());
        using var other = PostgresFixture.Open(_fixture.NewOptions() with
        {
            Writers = 1,
            AtStep = (step, _) =>
            {
                if (step == CommitStep.BeforeCommit && busy.TrySetResult())
                {
                    gathered.Wait();
                }

                // A conflict makes the writer pick its parts first, within a transaction that is open here.
                if (step == CommitStep.BeforeCommit && Appending() > 0)
                {
                    open.TrySetResult();
                    held.Wait();
                }
            },
        });
        var first = AppendAsync(other, Part(Acme, Genesis(Acme), 1));
        await busy.Task;
        var stored = Part(Two, Genesis(Two), 1);
        Task<AppendOutcome>[] both = [AppendAsync(other, stored), AppendAsync(other, Part(One, Genesis(One), 2))];
        gathered.Set();
        await open.Task;

        var settling = _fixture.Ledger.SettleAsync(moment, moment, default).AsTask();
        while ((long)_fixture.Ask("select time from read_floor")! < moment.Value)
        {
        }

        Assert.False(settling.IsCompleted);
        held.Set();
        Assert.Equal(moment, await settling);
        Assert.Equal(HeadOf(stored), (await _fixture.Ledger.ReadHeadsAsync([Two], default))[0]);
        Assert.Equal(AppendOutcome.Stored, await first);
        Assert.Equal([AppendOutcome.Stored, AppendOutcome.HeadMoved], await Task.WhenAll(both));
    }

    private long Appending() => (long)_fixture.Ask(
        "select count(*) from pg_locks where locktype = 'advisory' and classid = 20 and objid = 4 "
        + "and database = (select oid from pg_database where datname = current_database())")!;

    [StoreFact]
    public async Task Positions_go_on_in_another_server()
    {
        var first = Part(One, Genesis(One), 1);
        await AppendAsync(_fixture.Store, first);
        _fixture.Reopen();

        // As if the tables had come out of a dump of a server that had seen many more transactions.
        _ = _fixture.Ask(
            "update ledger set system_identifier = 1; update entry set position = position + (1::int8 << 50)");
        using var restored = PostgresFixture.Open(_fixture.NewOptions());
        await AppendAsync(restored, Part(One, HeadOf(first), 2));

        var tail = await PostgresFixture.TailAsync(restored, EntryPosition.BeforeFirst, count: 2);
        Assert.Equal([0L, 1L], tail.Select(entry => entry.Index.Value));
        Assert.True(tail[0].Position.Value > 1L << 50, $"{tail[0].Position}");
        Assert.True(tail[1].Position.Value > tail[0].Position.Value, $"{tail[0].Position} {tail[1].Position}");
    }

    [StoreFact]
    public async Task A_chain_that_the_server_lost_can_be_begun_again()
    {
        var part = Part(One, Genesis(One), 1);
        await AppendAsync(_fixture.Store, part);
        _ = _fixture.Ask("delete from entry; delete from chain");

        // The first meets what the node remembers of the chain.
        _ = await AppendAsync(_fixture.Store, part);

        Assert.Equal(AppendOutcome.Stored, await AppendAsync(_fixture.Store, part));
    }

    [StoreFact]
    public async Task A_history_that_is_cut_while_the_node_runs_is_refused_until_it_is_whole()
    {
        var part = Part(One, Genesis(One), 1);
        await AppendAsync(_fixture.Store, part);
        _ = _fixture.Ask("create table kept as select * from entry; delete from entry");
        _fixture.BreakSessions();

        var next = Part(One, HeadOf(part), 2);
        var outcome = await UntilAsync(AppendOutcome.Unavailable, next);
        Assert.Contains("without its end", _fixture.Store.Obstacle, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreUnavailableException>(
            async () => await _fixture.Ledger.ReadHeadsAsync([One], default));
        _ = _fixture.Ask("insert into entry select * from kept");

        Assert.Equal(AppendOutcome.Unavailable, outcome);
        Assert.Equal(AppendOutcome.Stored, await UntilAsync(AppendOutcome.Stored, next));
        await UntilReadyAsync();
    }

    [StoreFact]
    public async Task A_part_alone_is_a_commit_of_its_own_and_those_that_wait_share_the_next()
    {
        const int Waiting = 40;
        using var held = new ManualResetEventSlim(initialState: true);
        var (commits, arrived) = (0, new TaskCompletionSource());
        using var store = PostgresFixture.Open(_fixture.NewOptions() with
        {
            Writers = 1,
            AtStep = (step, _) =>
            {
                if (step == CommitStep.AfterCommit)
                {
                    _ = Interlocked.Increment(ref commits);
                }
                else if (!held.IsSet)
                {
                    arrived.TrySetResult();
                    held.Wait();
                }
            },
        });

        Assert.Equal(AppendOutcome.Stored, await AppendAsync(store, Part(One, Genesis(One), 1)));
        Assert.Equal(1, commits);
        held.Reset();
        var first = AppendAsync(store, Part(Two, Genesis(Two), 1));
        await arrived.Task;
        var waiting = Enumerable.Range(10, Waiting)
            .Select(n => AppendAsync(store, Part(Household(n), Genesis(Household(n)), n)))
            .ToList();
        held.Set();

        Assert.All(
            await Task.WhenAll(waiting.Prepend(first)), outcome => Assert.Equal(AppendOutcome.Stored, outcome));
        Assert.Equal(3, commits);
    }

    [StoreFact]
    public async Task Callers_beyond_the_bound_are_told_to_come_back()
    {
        using var held = new ManualResetEventSlim();
        var arrived = new TaskCompletionSource();
        using var store = PostgresFixture.Open(_fixture.NewOptions() with
        {
            Writers = 1,
            WaitingPartsMax = 2,
            AtStep = (step, _) =>
            {
                if (step == CommitStep.BeforeCommit)
                {
                    arrived.TrySetResult();
                    held.Wait();
                }
            },
        });

        var first = AppendAsync(store, Part(One, Genesis(One), 1));
        await arrived.Task;
        var waiting = Enumerable.Range(2, 2)
            .Select(n => AppendAsync(store, Part(Household(n), Genesis(Household(n)), n)))
            .ToList();
        var refused = AppendAsync(store, Part(Acme, Genesis(Acme), 1));

        Assert.Equal(AppendOutcome.Overloaded, await refused);
        held.Set();
        Assert.Equal(AppendOutcome.Stored, await first);
        Assert.All(await Task.WhenAll(waiting), outcome => Assert.Equal(AppendOutcome.Stored, outcome));
    }

    [StoreFact]
    public async Task A_read_only_database_is_unavailable_until_it_is_not()
    {
        await AppendAsync(_fixture.Store, Part(One, Genesis(One), 1));
        _ = _fixture.Ask($"alter database {_fixture.Database} set default_transaction_read_only = on");
        _fixture.BreakSessions();

        Assert.Equal(
            AppendOutcome.Unavailable, await UntilAsync(AppendOutcome.Unavailable, Part(Two, Genesis(Two), 1)));
        Assert.NotNull(_fixture.Store.Obstacle);
        _ = _fixture.Ask($"alter database {_fixture.Database} reset all");
        _fixture.BreakSessions();

        Assert.Equal(AppendOutcome.Stored, await UntilAsync(AppendOutcome.Stored, Part(Two, Genesis(Two), 1)));
        await UntilReadyAsync();
    }

    [StoreFact]
    public async Task Readers_notice_no_restart_of_their_sessions()
    {
        var part = Part(One, Genesis(One), 1);
        await AppendAsync(_fixture.Store, part);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(
            _ => Task.Run(() => ListAsync(_fixture.Ledger.ReadChainsAsync(after: null, default)))));
        _fixture.BreakSessions();

        Assert.Equal(HeadOf(part), (await _fixture.Ledger.ReadHeadsAsync([One], default))[0]);
    }

    [StoreFact]
    public void A_server_that_forgets_is_refused()
    {
        var refusal = Assert.Throws<StoreRefusedException>(
            () => PostgresFixture.Open(_fixture.Options with { AcceptsForgetfulServer = false }));

        Assert.Contains("fsync", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _fixture.Dispose();

    private static async Task<AppendOutcome> AppendAsync(PostgresStore store, ChainPart part) =>
        await store.Ledger.AppendAsync(part, default);

    // Whoever comes second reads the head and tries again, as a grain does.
    private static async Task<int> WriteAsync(PostgresStore store, ChainId chain, int count)
    {
        var moved = 0;
        for (var stored = 0; stored < count;)
        {
            var head = (await store.Ledger.ReadHeadsAsync([chain], default))[0] ?? Genesis(chain);
            var command = ((int)head.Index.Value + 1) * 1000 + store.GetHashCode() % 1000;
            var outcome = await AppendAsync(store, Part(chain, head, command));
            Assert.Contains(outcome, new[] { AppendOutcome.Stored, AppendOutcome.HeadMoved });
            stored += outcome == AppendOutcome.Stored ? 1 : 0;
            moved += outcome == AppendOutcome.Stored ? 0 : 1;
        }

        return moved;
    }

    // Writers come back one by one, each after a pause of its own; an append goes to the one that has its chain.
    private async Task UntilReadyAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        for (var n = 100; _fixture.Store.Obstacle is not null; n++)
        {
            patience.Token.ThrowIfCancellationRequested();
            _ = await AppendAsync(_fixture.Store, Part(Household(n), Genesis(Household(n)), n));
        }
    }

    // A session that was broken answers once that it does not know.
    private async Task<AppendOutcome> UntilAsync(AppendOutcome expected, ChainPart part)
    {
        var outcome = AppendOutcome.Unknown;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (outcome != expected)
        {
            patience.Token.ThrowIfCancellationRequested();
            outcome = await AppendAsync(_fixture.Store, part);
        }

        return outcome;
    }
}
