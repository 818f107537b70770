using Exchange.Engine.Leases;
using Exchange.Engine.Ports;
using Exchange.Store.Memory;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exchange.Engine.Tests.Leases;

public sealed class NodeRunTests
{
    [Fact]
    public async Task A_run_that_others_had_in_between_is_not_held_again()
    {
        var time = new FakeTime();
        var leases = new MemoryLeaseStore(time);
        var names = new Queue<string>(["run-1"]);
        var mine = await BeginAsync(leases, time, () => names.TryDequeue(out var name)
            ? GrainKey.Parse(name)
            : throw new StoreUnavailableException("The store is away.", inner: null));
        var other = await BeginAsync(leases, time, () => GrainKey.Parse("run-2"));
        time.Move(LeaseKeeper.Duration);
        await (await other.TryTakeOverAsync(GrainKey.Parse("run-1"), default))!.DisposeAsync();

        // It gets its lease once more, with another epoch, and cannot begin the next run yet.
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await mine.RenewAsync(default));

        Assert.False(mine.IsHeld(GrainKey.Parse("run-1")));
    }

    [Fact]
    public async Task A_run_that_was_taken_over_is_extended_while_its_deliveries_are_closed()
    {
        var time = new FakeTime();
        var leases = new CountingLeases(new MemoryLeaseStore(time));
        _ = await BeginAsync(leases, time, () => GrainKey.Parse("run-1"));
        var other = await BeginAsync(leases, time, () => GrainKey.Parse("run-2"));
        time.Move(LeaseKeeper.Duration);
        leases.CountFromHere();

        await using var over = await other.TryTakeOverAsync(GrainKey.Parse("run-1"), default);

        await leases.AskedTwice.WaitAsync(TimeSpan.FromSeconds(60));
    }

    private static ValueTask<NodeRun> BeginAsync(ILeaseStore leases, FakeTime time, Func<GrainKey> newName) =>
        NodeRun.BeginAsync(leases, newName, time, NullLogger.Instance, default);

    private sealed class CountingLeases(ILeaseStore inner) : ILeaseStore
    {
        private readonly TaskCompletionSource _askedTwice = new();
        private int _asked;

        internal Task AskedTwice => _askedTwice.Task;

        internal void CountFromHere() => _asked = 0;

        public ValueTask<Lease?> TryTakeAsync(
            LeaseName name, GrainKey holder, TimeSpan duration, CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref _asked) == 2 && name == LeaseName.OfRun(GrainKey.Parse("run-1")))
            {
                _askedTwice.SetResult();
            }

            return inner.TryTakeAsync(name, holder, duration, cancellationToken);
        }

        public ValueTask<bool> IsHeldAsync(Lease lease, CancellationToken cancellationToken) =>
            inner.IsHeldAsync(lease, cancellationToken);

        public ValueTask ReleaseAsync(Lease lease, CancellationToken cancellationToken) =>
            inner.ReleaseAsync(lease, cancellationToken);
    }
}
