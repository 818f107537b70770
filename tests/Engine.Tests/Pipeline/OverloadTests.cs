using Exchange.Engine.Pipeline;
using Exchange.Engine.Ports;

namespace Exchange.Engine.Tests.Pipeline;

/// <summary>What has no room any more is told so while the store stalls; what had room is done afterwards.</summary>
public sealed class OverloadTests
{
    private const int Over = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_grain_that_too_many_commands_wait_for_says_so_at_once_and_does_the_others_later()
    {
        await using var world = await World.OpenAsync();
        var stalled = new StalledStore(world.Ledger);
        await using var node = await world.OpenOneMoreAsync(stalled);
        using var released = stalled;
        var first = node.SubmitAsync(world.Note("first"), default).AsTask();
        await stalled.Reached.WaitAsync(Patience);

        var crowd = Enumerable.Range(0, GrainContext.WaitingMax + Over)
            .Select(i => node.SubmitAsync(world.Note($"a{i}"), default).AsTask()).ToList();
        var refused = await FirstAsync(crowd);
        stalled.Release();
        var others = await Task.WhenAll(crowd.Except(refused).Append(first)).WaitAsync(Patience);

        Assert.All(refused, each => AssertOverloaded(each.Result));
        Assert.All(others, outcome => Assert.IsType<SubmitOutcome.Accepted>(outcome));
        Assert.Equal(GrainContext.WaitingMax + 1, (await world.TallyAsync()).Count);
        await world.AssertGoodAsync();
    }

    [Fact]
    public async Task A_grain_that_too_many_reads_wait_for_says_so_at_once_and_answers_the_others_later()
    {
        await using var world = await World.OpenAsync();
        var stalled = new StalledStore(world.Ledger);
        await using var node = await world.OpenOneMoreAsync(stalled);
        using var released = stalled;
        var first = node.SubmitAsync(world.Note("first"), default).AsTask();
        await stalled.Reached.WaitAsync(Patience);

        // What the stalled grain believes is no longer so: whoever reads has to wait for it.
        _ = await world.AcceptedAsync(world.Note("elsewhere"));
        var crowd = Enumerable.Range(0, GrainContext.WaitingMax + Over)
            .Select(_ => node.ReadAsync(World.Chain, default).AsTask()).ToList();
        var refused = await FirstAsync(crowd);
        var command = await node.SubmitAsync(world.Note("crowded"), default).AsTask().WaitAsync(Patience);
        stalled.Release();
        var others = await Task.WhenAll(crowd.Except(refused)).WaitAsync(Patience);

        foreach (var each in refused)
        {
            var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => each);
            Assert.StartsWith("Too many wait", error.Message, StringComparison.Ordinal);
        }

        AssertOverloaded(command);
        Assert.Equal(GrainContext.WaitingMax, others.Length);
        Assert.All(others, reading => Assert.Equal(2, ((TallyState)reading.State).Count));
        _ = Assert.IsType<SubmitOutcome.Accepted>(await first);
    }

    [Fact]
    public async Task A_node_with_as_many_commands_as_it_takes_says_so_at_once_and_takes_more_when_they_are_done()
    {
        const int InFlight = 4;
        await using var world = await World.OpenAsync(new(InFlightMax: InFlight));
        var stalled = new StalledStore(world.Ledger);
        await using var node = await world.OpenOneMoreAsync(stalled);
        using var released = stalled;
        var taken = Enumerable.Range(0, InFlight).Select(i => node.SubmitAsync(
            world.Note("first", chain: ChainId.Parse($"buyer/b{i}")), default).AsTask()).ToList();
        await stalled.Reached.WaitAsync(Patience);

        var request = world.Note("second");
        var refused = await node.SubmitAsync(request, default).AsTask().WaitAsync(Patience);
        Assert.DoesNotContain(taken, each => each.IsCompleted);
        stalled.Release();
        var others = await Task.WhenAll(taken).WaitAsync(Patience);

        AssertOverloaded(refused);
        Assert.All(others, outcome => Assert.IsType<SubmitOutcome.Accepted>(outcome));
        _ = Assert.IsType<SubmitOutcome.Accepted>(await node.SubmitAsync(request, default));
    }

    private static void AssertOverloaded(SubmitOutcome outcome) => Assert.Equal(
        new SubmitOutcome.Unavailable(UnavailableReason.Overloaded, GrainContext.RetryAfter), outcome);

    /// <summary>Those that end while the store stalls.</summary>
    private static async Task<List<Task<T>>> FirstAsync<T>(IEnumerable<Task<T>> tasks)
    {
        using var bound = new CancellationTokenSource(Patience);
        var first = new List<Task<T>>();
        await foreach (var task in Task.WhenEach(tasks).WithCancellation(bound.Token))
        {
            first.Add(task);
            if (first.Count == Over)
            {
                break;
            }
        }

        return first;
    }

    /// <summary>Stores nothing before it is released: at the latest before its node ends, which waits for it.</summary>
    private sealed class StalledStore(ILedgerStore store) : PassingLedger(store), IDisposable
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Completes when the first append is there.</summary>
        internal Task Reached => _reached.Task;

        internal void Release() => _released.TrySetResult();

        public void Dispose() => Release();

        public override async ValueTask<AppendOutcome> AppendAsync(ChainPart part, CancellationToken cancellationToken)
        {
            _ = _reached.TrySetResult();
            await _released.Task;
            return await base.AppendAsync(part, cancellationToken);
        }
    }
}
