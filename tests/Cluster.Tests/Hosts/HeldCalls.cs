using Exchange.Cluster.Hosts;
using Orleans;

namespace Exchange.Cluster.Tests.Hosts;

/// <summary>Holds calls in their grains, where they were let in, until they are let go.</summary>
internal sealed class HeldCalls : IIncomingGrainCallFilter
{
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _commandsLeft;
    private int _readsLeft;
    private int _count;

    /// <summary>How many are held.</summary>
    internal int Count => Volatile.Read(ref _count);

    internal void HoldNext(int commands, int reads) => (_commandsLeft, _readsLeft) = (commands, reads);

    internal void LetGo() => _go.SetResult();

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        var isHeld = context.InterfaceMethod.Name switch
        {
            nameof(IChainGrain.SubmitAsync) => Interlocked.Decrement(ref _commandsLeft) >= 0,
            nameof(IChainGrain.ReadAsync) => Interlocked.Decrement(ref _readsLeft) >= 0,
            _ => false,
        };
        if (isHeld)
        {
            _ = Interlocked.Increment(ref _count);
            await _go.Task;
        }

        await context.Invoke();
    }
}
