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

    [Fact]
    public async Task A_store_for_which_too_many_wait_is_told_and_a_retry_is_safe()
    {
        FullLedger? ledger = null;
        await using var node = await TestNode.StartAsync(new TestNodeParts
        {
            Ledger = store => ledger = new(store),
        });
        var caller = node.As("operator/self");
        var (key, body) = (Guid.NewGuid().ToString(), Story.DepartmentBody("crowded", 1));
        ledger!.IsFull = true;

        var refused = await caller.Post("/v1/departments", body, key);
        ledger.IsFull = false;
        var retried = (await caller.Post("/v1/departments", body, key)).Created();

        refused.Problem(HttpStatusCode.ServiceUnavailable, "overloaded");
        Assert.True(refused.Json["retryable"]!.GetValue<bool>());
        Assert.Equal("1", refused.Headers["Retry-After"]);
        Assert.False(retried.Headers.ContainsKey("Idempotent-Replayed"));
    }

    /// <summary>Takes nothing while its queue is full.</summary>
    private sealed class FullLedger(ILedgerStore store) : PassingLedger(store)
    {
        internal bool IsFull { get; set; }

        public override ValueTask<AppendOutcome> AppendAsync(ChainPart part, CancellationToken cancellationToken) =>
            IsFull ? new(AppendOutcome.Overloaded) : base.AppendAsync(part, cancellationToken);
    }

    /// <summary>Loses the answer of one append, and with it the store.</summary>
    private sealed class LosingLedger(ILedgerStore store) : PassingLedger(store)
    {
        private Action? _lose;
        private bool _stored;

        internal void LoseNext(bool stored, Action lose) => (_stored, _lose) = (stored, lose);

        public override async ValueTask<AppendOutcome> AppendAsync(ChainPart part, CancellationToken cancellationToken)
        {
            if (Interlocked.Exchange(ref _lose, null) is not { } lose)
            {
                return await base.AppendAsync(part, cancellationToken);
            }

            if (_stored)
            {
                Assert.Equal(AppendOutcome.Stored, await base.AppendAsync(part, cancellationToken));
            }

            lose();
            return AppendOutcome.Unknown;
        }
    }

    private sealed class SetClock : TimeProvider
    {
        internal TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;
    }
}
