using System.Runtime.CompilerServices;
using Exchange.Engine.Hosting;
using Exchange.Engine.Pipeline;
using Exchange.Engine.Ports;
using Exchange.Grains.Buyers;
using Exchange.Store.Memory;

namespace Exchange.Engine.Tests.Pipeline;

/// <summary>
/// Several engines over one store, all with the same grains in memory: no fork, no loss, nothing stale.
/// </summary>
public sealed class SeveralNodesTests
{
    [Fact]
    public async Task Commands_that_two_nodes_give_at_once_are_all_recorded_once_and_nothing_forks()
    {
        foreach (var seed in Seeds.All())
        {
            await using var world = await World.OpenAsync();
            await using var other = await world.OpenOneMoreAsync();
            var random = new Random(seed);
            var chains = Enumerable.Range(0, 3).Select(i => ChainId.Parse($"buyer/b{i}")).ToArray();
            var given = Enumerable.Range(0, 400).Select(i => (
                Request: world.Note($"a{i}", chain: chains[random.Next(chains.Length)]),
                Node: random.Next(2) == 0 ? world.Exchange : other)).ToArray();

            // Some are given to both nodes at once, as a client that retries elsewhere does.
            var twice = given.Where(_ => random.Next(4) == 0)
                .Select(each => (each.Request, Node: each.Node == other ? world.Exchange : other));
            var receipts = await Task.WhenAll(given.Concat(twice).Select(
                async each => (each.Request.Id, Receipt: await GiveAsync(each.Node, each.Request))));

            Assert.All(receipts.GroupBy(each => each.Id), same => Assert.Single(
                same.Select(each => each.Receipt).Distinct()));
            var recorded = 0;
            foreach (var chain in chains)
            {
                recorded += (await world.EntriesAsync(chain)).Count;
                Assert.Equal(
                    Noted(await world.Exchange.ReadAsync(chain, default)),
                    Noted(await other.ReadAsync(chain, default)));
            }

            Assert.True(recorded == given.Length, $"seed={seed} expected={given.Length} found={recorded}");
            await world.AssertGoodAsync();
        }
    }

    [Fact]
    public async Task A_node_that_loses_the_race_reloads_decides_again_and_answers()
    {
        await using var world = await World.OpenAsync();
        var racing = new RacingStore(world.Ledger);
        await using var loser = await world.OpenOneMoreAsync(racing);
        _ = await loser.ReadAsync(World.Chain, default);
        racing.BeforeAppend(times: 2, () => world.AcceptedAsync(world.Note("winner")));

        var outcome = await loser.SubmitAsync(world.Note("loser"), default);

        _ = Assert.IsType<SubmitOutcome.Accepted>(outcome);
        Assert.Equal(["winner", "winner", "loser"], (await world.TallyAsync()).Noted.Select(key => key.Value));
        Assert.Equal(3, racing.AppendCount);
        await world.AssertGoodAsync();
    }

    [Fact]
    public async Task A_node_that_loses_three_times_tells_the_caller_to_come_back()
    {
        await using var world = await World.OpenAsync();
        var racing = new RacingStore(world.Ledger);
        await using var loser = await world.OpenOneMoreAsync(racing);
        _ = await loser.ReadAsync(World.Chain, default);
        racing.BeforeAppend(times: int.MaxValue, () => world.AcceptedAsync(world.Note("winner")));

        var request = world.Note("loser");
        var outcome = await loser.SubmitAsync(request, default);

        Assert.Equal(
            UnavailableReason.StoreUnavailable, Assert.IsType<SubmitOutcome.Unavailable>(outcome).Reason);
        Assert.Equal(GrainContext.AttemptsMax, racing.AppendCount);
        racing.BeforeAppend(times: 0, () => Task.CompletedTask);
        Assert.False(Assert.IsType<SubmitOutcome.Accepted>(await loser.SubmitAsync(request, default)).Replayed);
    }

    [Fact]
    public async Task A_refusal_is_decided_on_the_head_in_the_store_and_never_on_a_memory()
    {
        await using var world = await World.OpenAsync();
        await using var stale = await world.OpenOneMoreAsync();
        _ = Assert.IsType<SubmitOutcome.Accepted>(await stale.SubmitAsync(world.Note("first"), default));
        var before = (await stale.ReadAsync(World.Chain, default)).Head;
        var after = (await world.AcceptedAsync(world.Note("second"))).Head;

        // An expected head of the past is refused, that of the present is not, whatever the node remembers.
        var old = await stale.SubmitAsync(world.Note("third") with { ExpectedHead = before }, default);
        var fresh = await stale.SubmitAsync(world.Note("third") with { ExpectedHead = after }, default);

        Assert.Equal(Grains.Refusal.HeadMoved, Assert.IsType<SubmitOutcome.Refused>(old).Reason);
        _ = Assert.IsType<SubmitOutcome.Accepted>(fresh);
    }

    [Fact]
    public async Task A_fact_is_read_at_the_head_in_the_store()
    {
        await using var world = await World.OpenAsync();
        await using var stale = await world.OpenOneMoreAsync();
        _ = await stale.ReadAsync(TallyRules.Asked, default);
        var noted = await world.AcceptedAsync(world.Note("asked", chain: TallyRules.Asked));

        _ = Assert.IsType<SubmitOutcome.Accepted>(
            await stale.SubmitAsync(world.Request(new SuspendBuyer("why")), default));

        Assert.Equal(noted.Head.Index, Assert.Single((await world.EntriesAsync())[0].Facts).Head.Index);
    }

    [Fact]
    public async Task A_fact_of_a_chain_that_rests_is_compared_by_the_append_and_not_asked_for()
    {
        await using var world = await World.OpenAsync();
        var racing = new RacingStore(world.Ledger);
        await using var node = await world.OpenOneMoreAsync(racing);
        var noted = await world.AcceptedAsync(world.Note("asked", chain: TallyRules.Asked));
        _ = await node.ReadAsync(TallyRules.Asked, default);
        _ = Assert.IsType<SubmitOutcome.Accepted>(await node.SubmitAsync(world.Note("first"), default));
        world.Time.Move(TimeSpan.FromSeconds(2));
        var asked = racing.AskedCount(TallyRules.Asked);

        _ = Assert.IsType<SubmitOutcome.Accepted>(
            await node.SubmitAsync(world.Request(new SuspendBuyer("why")), default));

        Assert.Equal(asked, racing.AskedCount(TallyRules.Asked));
        Assert.Equal(noted.Head, Assert.Single((await world.EntriesAsync())[^1].Facts).Head);
        await world.AssertGoodAsync();
    }

    [Fact]
    public async Task A_fact_that_moved_since_it_was_believed_is_read_again_before_the_command_is_stored()
    {
        await using var world = await World.OpenAsync();
        var racing = new RacingStore(world.Ledger);
        await using var node = await world.OpenOneMoreAsync(racing);
        _ = await world.AcceptedAsync(world.Note("asked", chain: TallyRules.Asked));
        _ = await node.ReadAsync(TallyRules.Asked, default);
        world.Time.Move(TimeSpan.FromSeconds(2));
        ChainHead moved = default;
        racing.BeforeAppend(times: 1, async () => moved = (await world.AcceptedAsync(
            world.Note("again", chain: TallyRules.Asked))).Head);

        _ = Assert.IsType<SubmitOutcome.Accepted>(
            await node.SubmitAsync(world.Request(new SuspendBuyer("why")), default));

        Assert.Equal(moved, Assert.Single(Assert.Single(await world.EntriesAsync()).Facts).Head);
        Assert.Equal(2, racing.AppendCount);
        await world.AssertGoodAsync();
    }

    [Fact]
    public async Task What_came_late_after_an_unknown_outcome_is_never_denied()
    {
        await using var world = await World.OpenAsync();
        world.Ledger.Faults.FailNext(MemoryFault.OutcomeUnknown, stored: false);
        world.Ledger.Faults.FailNext(MemoryFault.Unavailable, stored: false);

        var outcome = await world.SubmitAsync(world.Note("only"));

        _ = Assert.IsType<SubmitOutcome.Unknown>(outcome);
    }

    [Fact]
    public async Task What_facts_grew_too_old_for_after_an_unknown_outcome_is_never_denied()
    {
        await using var world = await World.OpenAsync();
        _ = await world.AcceptedAsync(world.Note("asked", chain: TallyRules.Asked));
        var racing = new RacingStore(world.Ledger);
        await using var node = await world.OpenOneMoreAsync(racing);
        racing.BeforeAppend(times: 1, () =>
        {
            world.Time.Move(TimeSpan.FromMilliseconds(BatchDecision.FactAgeMillisecondsMax + 1));
            world.Ledger.Faults.FailNext(MemoryFault.OutcomeUnknown, stored: false);
            return Task.CompletedTask;
        });

        var outcome = await node.SubmitAsync(world.Request(new SuspendBuyer("why")), default);

        _ = Assert.IsType<SubmitOutcome.Unknown>(outcome);
    }

    [Theory]
    [InlineData(false, int.MaxValue)]
    [InlineData(true, int.MaxValue)]
    [InlineData(false, 1)]
    public async Task What_would_be_refused_after_an_unknown_outcome_is_never_denied(bool citedMoves, int lookUps)
    {
        await using var world = await World.OpenAsync();
        var racing = new RacingStore(world.Ledger);
        await using var node = await world.OpenOneMoreAsync(racing);
        var expected = (await world.AcceptedAsync(world.Note("first"))).Head;
        _ = await world.AcceptedAsync(world.Note("asked", chain: TallyRules.Asked));
        _ = await node.ReadAsync(TallyRules.Asked, default);
        world.Time.Move(TimeSpan.FromSeconds(2));
        racing.LookUpsLeft = lookUps;
        racing.BeforeAppend(times: 1, async () =>
        {
            _ = await world.AcceptedAsync(world.Note("second"));
            if (citedMoves)
            {
                _ = await world.AcceptedAsync(world.Note("again", chain: TallyRules.Asked));
            }

            world.Ledger.Faults.FailNext(MemoryFault.OutcomeUnknown, stored: false);
        });

        var outcome = await node.SubmitAsync(
            world.Request(new SuspendBuyer("why")) with { ExpectedHead = expected }, default);

        _ = Assert.IsType<SubmitOutcome.Unknown>(outcome);
        Assert.Equal(1, racing.AppendCount);
    }

    [Fact]
    public async Task Nodes_that_begin_at_once_on_an_empty_store_open_one_exchange()
    {
        const int Nodes = 4;
        var ledger = new MemoryLedgerStore();
        var empty = new MeetingStore(ledger, Nodes);

        var exchanges = await Task.WhenAll(Enumerable.Range(0, Nodes).Select(_ => EmbeddedExchange.OpenAsync(
            new(empty, new MemorySnapshotStore(), static (_, _) => default, default, new FakeTime()), default)));

        var id = Assert.Single(exchanges.Select(exchange => exchange.Id).Distinct());
        Assert.Equal(id, await Genesis.ReadAsync(ledger, default));
        Assert.Equal(1, ledger.AppendCount);
        foreach (var exchange in exchanges)
        {
            var self = await exchange.ReadAsync(Grains.GrainCatalog.Self, default);
            Assert.Equal(new EntryIndex(0), self.Head.Index);
            await exchange.DisposeAsync();
        }
    }

    private static async Task<Receipt> GiveAsync(EmbeddedExchange node, CommandRequest request)
    {
        while (true)
        {
            if (await node.SubmitAsync(request, default) is SubmitOutcome.Accepted accepted)
            {
                return accepted.Receipt;
            }

            await Task.Yield();
        }
    }

    private static string Noted(GrainReading reading) =>
        $"{reading.Head} {string.Join(' ', ((TallyState)reading.State).Noted)}";

    /// <summary>Lets something happen in the store before an append gets there.</summary>
    private sealed class RacingStore(ILedgerStore store) : PassingLedger(store)
    {
        private int _times;
        private Func<Task> _race = () => Task.CompletedTask;

        private readonly List<ChainId> _asked = [];

        internal int AppendCount { get; private set; }

        /// <summary>How often commands can be looked up before the store is gone.</summary>
        internal int LookUpsLeft { get; set; } = int.MaxValue;

        internal int AskedCount(ChainId chain) => _asked.Count(each => each == chain);

        public override ValueTask<ImmutableArray<ChainHead?>> ReadHeadsAsync(
            ImmutableArray<ChainId> chains, CancellationToken cancellationToken)
        {
            lock (_asked)
            {
                _asked.AddRange(chains);
            }

            return base.ReadHeadsAsync(chains, cancellationToken);
        }

        public override ValueTask<ImmutableArray<KnownCommand?>> FindCommandsAsync(
            ImmutableArray<CommandKey> keys, CancellationToken cancellationToken) => LookUpsLeft-- > 0
                ? base.FindCommandsAsync(keys, cancellationToken)
                : throw new StoreUnavailableException("The store is gone.", inner: null);

        internal void BeforeAppend(int times, Func<Task> race) => (_times, _race) = (times, race);

        public override async ValueTask<AppendOutcome> AppendAsync(ChainPart part, CancellationToken cancellationToken)
        {
            AppendCount++;
            if (_times-- > 0)
            {
                await _race();
            }

            return await base.AppendAsync(part, cancellationToken);
        }
    }

    /// <summary>Lets nobody go on from the first read of a chain until all have read it.</summary>
    private sealed class MeetingStore(ILedgerStore store, int count) : PassingLedger(store)
    {
        private readonly TaskCompletionSource _met = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _came;

        public override async IAsyncEnumerable<StoredEntry> ReadChainAsync(
            ChainId chain, EntryIndex from, EntryIndex? through,
            [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var entry in base.ReadChainAsync(chain, from, through, cancellationToken))
            {
                yield return entry;
            }

            if (Interlocked.Increment(ref _came) == count)
            {
                _met.SetResult();
            }

            await _met.Task;
        }
    }
}
