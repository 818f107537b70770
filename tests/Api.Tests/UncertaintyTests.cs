using System.Collections.Immutable;
using System.Net;
using Exchange.Engine.Ports;
using Exchange.Ledger;

namespace Exchange.Api.Tests;

/// <summary>What the API says when nobody knows, and when the clock is wrong.</summary>
public sealed class UncertaintyTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_outcome_that_nobody_knows_is_told_and_a_retry_settles_it(bool stored)
    {
        LosingLedger? ledger = null;
        await using var node = await TestNode.StartAsync(new TestNodeParts
        {
            Ledger = store => ledger = new(store),
        });
        var caller = node.As("operator/self");
        var (key, body) = (Guid.NewGuid().ToString(), Story.DepartmentBody("unsure", 1));
        ledger!.LoseNext(stored, () => node.Faults.IsDown = true);

        var first = await caller.Post("/v1/departments", body, key);
        node.Faults.IsDown = false;
        var retried = (await caller.Post("/v1/departments", body, key)).Created();

        first.Problem(HttpStatusCode.ServiceUnavailable, "outcome-unknown");
        Assert.True(first.Json["retryable"]!.GetValue<bool>());
        Assert.Equal("1", first.Headers["Retry-After"]);
        Assert.Equal(stored, retried.Headers.ContainsKey("Idempotent-Replayed"));
        var again = (await caller.Post("/v1/departments", body, key)).Created();
        Assert.Equal(retried.Text, again.Text);
        Assert.Equal(0, again.Json["receipt"]!["index"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_clock_that_fell_behind_is_told_and_nothing_is_recorded_until_it_is_right()
    {
        var clock = new SetClock();
        await using var node = await TestNode.StartAsync(new TestNodeParts { Clock = clock });
        var caller = node.As("operator/self");
        (await caller.Post("/v1/departments", Story.DepartmentBody("before", 1))).Created();
        var (key, body) = (Guid.NewGuid().ToString(), Story.DepartmentBody("behind", 2));

        clock.Offset = TimeSpan.FromSeconds(-60);
        var behind = await caller.Post("/v1/departments", body, key);
        var missing = await caller.Get("/v1/departments/behind");
        clock.Offset = TimeSpan.Zero;
        var right = await caller.Post("/v1/departments", body, key);

        behind.Problem(HttpStatusCode.ServiceUnavailable, "clock-behind");
        Assert.InRange(int.Parse(behind.Headers["Retry-After"], null), 50, 60);
        missing.Problem(HttpStatusCode.NotFound, "not-found");
        Assert.False(right.Created().Headers.ContainsKey("Idempotent-Replayed"));
    }

    /// <summary>Loses the answer of one append, and with it the store.</summary>
    private sealed class LosingLedger(ILedgerStore store) : ILedgerStore
    {
        private Action? _lose;
        private bool _stored;

        internal void LoseNext(bool stored, Action lose) => (_stored, _lose) = (stored, lose);

        public async ValueTask<AppendOutcome> AppendAsync(ChainPart part, CancellationToken cancellationToken)
        {
            if (Interlocked.Exchange(ref _lose, null) is not { } lose)
            {
                return await store.AppendAsync(part, cancellationToken);
            }

            if (_stored)
            {
                Assert.Equal(AppendOutcome.Stored, await store.AppendAsync(part, cancellationToken));
            }

            lose();
            return AppendOutcome.Unknown;
        }

        public ValueTask<ImmutableArray<ChainHead?>> ReadHeadsAsync(
            ImmutableArray<ChainId> chains, CancellationToken cancellationToken) =>
            store.ReadHeadsAsync(chains, cancellationToken);

        public ValueTask<ImmutableArray<KnownCommand?>> FindCommandsAsync(
            ImmutableArray<CommandKey> keys, CancellationToken cancellationToken) =>
            store.FindCommandsAsync(keys, cancellationToken);

        public IAsyncEnumerable<StoredEntry> ReadChainAsync(
            ChainId chain, EntryIndex from, EntryIndex? through, CancellationToken cancellationToken) =>
            store.ReadChainAsync(chain, from, through, cancellationToken);

        public IAsyncEnumerable<ImmutableArray<StoredEntry>> ReadPagesAsync(
            ImmutableArray<ChainStretch> stretches, CancellationToken cancellationToken) =>
            store.ReadPagesAsync(stretches, cancellationToken);

        public IAsyncEnumerable<ChainWithHead> ReadChainsAsync(ChainId? after, CancellationToken cancellationToken) =>
            store.ReadChainsAsync(after, cancellationToken);

        public ValueTask<ImmutableArray<StoredEntry>> ReadTailAsync(
            EntryPosition after, int countMax, CancellationToken cancellationToken) =>
            store.ReadTailAsync(after, countMax, cancellationToken);

        public ValueTask<UnixMilliseconds?> ReadGreatestTimeAsync(CancellationToken cancellationToken) =>
            store.ReadGreatestTimeAsync(cancellationToken);
    }

    private sealed class SetClock : TimeProvider
    {
        internal TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;
    }
}
