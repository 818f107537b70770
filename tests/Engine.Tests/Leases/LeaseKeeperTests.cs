using Exchange.Engine.Leases;
using Exchange.Engine.Ports;
using Exchange.Store.Memory;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exchange.Engine.Tests.Leases;

/// <summary>A holder knows by its own clock what it holds; others take over when its time is over.</summary>
public sealed class LeaseKeeperTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly FakeTime _time = new();
    private readonly MemoryFaults _faults = new();
    private readonly MemoryLeaseStore _leases;

    public LeaseKeeperTests() => _leases = new(_time, _faults);

    [Fact]
    public async Task A_lease_that_is_extended_is_held_for_ever_and_nobody_else_gets_it()
    {
        await using var first = Keeper("one");
        await using var second = Keeper("two");
        var taken = await first.RenewAsync(default);

        for (var thirds = 0; thirds < 10; thirds++)
        {
            _time.Move(LeaseKeeper.ExtendEvery);
            Assert.Equal(taken, await first.RenewAsync(default));
            Assert.Null(await second.RenewAsync(default));
        }

        Assert.Equal(taken, first.Held);
        Assert.Null(second.Held);
    }

    [Fact]
    public async Task A_process_that_stood_still_knows_that_it_lost_its_lease_before_anybody_else_has_it()
    {
        await using var paused = Keeper("one");
        await using var other = Keeper("two");
        var lost = await paused.RenewAsync(default);

        _time.Move(LeaseKeeper.Duration - Moment);
        Assert.Null(paused.Held);
        Assert.Null(await other.RenewAsync(default));
        _time.Move(Moment);
        var taken = await other.RenewAsync(default);

        Assert.True(taken!.Epoch.Value > lost!.Epoch.Value);
        Assert.Null(await paused.RenewAsync(default));
        Assert.Equal(taken, other.Held);
    }

    [Fact]
    public async Task A_lease_is_counted_from_before_the_store_was_asked()
    {
        var slow = new SlowLeaseStore(_leases, () => _time.Move(LeaseKeeper.Duration));
        await using var keeper = new LeaseKeeper(
            slow, LeaseName.DueWork, GrainKey.Parse("one"), _time, NullLogger.Instance);

        Assert.NotNull(await keeper.RenewAsync(default));

        Assert.Null(keeper.Held);
    }

    [Fact]
    public async Task A_lease_given_back_is_another_nodes_at_once()
    {
        var first = Keeper("one");
        await using var second = Keeper("two");
        _ = await first.RenewAsync(default);
        Assert.Null(await second.RenewAsync(default));

        await first.DisposeAsync();

        Assert.Null(first.Held);
        Assert.NotNull(await second.RenewAsync(default));
    }

    [Fact]
    public async Task A_store_that_is_away_takes_no_lease_before_its_time()
    {
        await using var keeper = Keeper("one");
        var taken = await keeper.RenewAsync(default);

        _faults.IsDown = true;
        _time.Move(LeaseKeeper.ExtendEvery);
        _ = await Assert.ThrowsAsync<StoreUnavailableException>(async () => await keeper.RenewAsync(default));
        Assert.Equal(taken, keeper.Held);
        _time.Move(LeaseKeeper.ExtendEvery * 2);
        Assert.Null(keeper.Held);
        _faults.IsDown = false;

        Assert.NotNull(await keeper.RenewAsync(default));
    }

    [Fact]
    public async Task A_lease_is_asked_for_again_whatever_went_wrong_before()
    {
        var extends = new TaskCompletionSource<Task>();
        var broken = new OnceBrokenLeaseStore(new SlowLeaseStore(
            _leases, () => extends.TrySetResult(_time.NextTimerAsync(LeaseKeeper.ExtendEvery))));
        await using var keeper = new LeaseKeeper(
            broken, LeaseName.DueWork, GrainKey.Parse("one"), _time, NullLogger.Instance);
        var asksAgain = _time.NextTimerAsync(LeaseKeeper.AskEvery);

        keeper.Start();
        await asksAgain.WaitAsync(Patience);
        Assert.Null(keeper.Held);
        _time.Move(LeaseKeeper.AskEvery);
        await (await extends.Task.WaitAsync(Patience)).WaitAsync(Patience);

        Assert.NotNull(keeper.Held);
    }

    [Fact]
    public async Task A_run_that_was_lost_never_comes_back_and_the_node_goes_on_under_the_next()
    {
        var names = new Queue<string>(["run-1", "run-2", "run-3"]);
        await using var run = await NodeRun.BeginAsync(
            _leases, () => GrainKey.Parse(names.Dequeue()), _time, NullLogger.Instance, default);
        var first = run.Current;
        Assert.True(run.IsHeld(first));

        _time.Move(LeaseKeeper.Duration);
        Assert.False(run.IsHeld(first));
        await run.RenewAsync(default);

        Assert.Equal(GrainKey.Parse("run-2"), run.Current);
        Assert.True(run.IsHeld(run.Current));
        Assert.False(run.IsHeld(first));
    }

    [Fact]
    public async Task A_run_that_is_renewed_in_time_stays_the_same()
    {
        await using var run = await NodeRun.BeginAsync(
            _leases, () => GrainKey.Parse("run-1"), _time, NullLogger.Instance, default);

        for (var thirds = 0; thirds < 10; thirds++)
        {
            _time.Move(LeaseKeeper.ExtendEvery);
            await run.RenewAsync(default);
        }

        Assert.True(run.IsHeld(GrainKey.Parse("run-1")));
    }

    private LeaseKeeper Keeper(string node) =>
        new(_leases, LeaseName.DueWork, GrainKey.Parse(node), _time, NullLogger.Instance);

    /// <summary>Fails once as nothing that is expected does.</summary>
    private sealed class OnceBrokenLeaseStore(ILeaseStore leases) : ILeaseStore
    {
        private int _asked;

        public ValueTask<Lease?> TryTakeAsync(
            LeaseName name, GrainKey holder, TimeSpan duration, CancellationToken cancellationToken) =>
            Interlocked.Increment(ref _asked) == 1
                ? throw new InvalidOperationException("The store met a bug.")
                : leases.TryTakeAsync(name, holder, duration, cancellationToken);

        public ValueTask<bool> IsHeldAsync(Lease lease, CancellationToken cancellationToken) =>
            leases.IsHeldAsync(lease, cancellationToken);

        public ValueTask ReleaseAsync(Lease lease, CancellationToken cancellationToken) =>
            leases.ReleaseAsync(lease, cancellationToken);
    }

    private sealed class SlowLeaseStore(ILeaseStore leases, Action taken) : ILeaseStore
    {
        public async ValueTask<Lease?> TryTakeAsync(
            LeaseName name, GrainKey holder, TimeSpan duration, CancellationToken cancellationToken)
        {
            var lease = await leases.TryTakeAsync(name, holder, duration, cancellationToken);
            taken();
            return lease;
        }

        public ValueTask<bool> IsHeldAsync(Lease lease, CancellationToken cancellationToken) =>
            leases.IsHeldAsync(lease, cancellationToken);

        public ValueTask ReleaseAsync(Lease lease, CancellationToken cancellationToken) =>
            leases.ReleaseAsync(lease, cancellationToken);
    }
}
