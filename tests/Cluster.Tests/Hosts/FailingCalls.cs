using Exchange.Cluster.Messages;
using Orleans;

namespace Exchange.Cluster.Tests.Hosts;

/// <summary>Answers one call of a method in the place of its grain.</summary>
/// <param name="method">Which method of a chain's grain.</param>
internal sealed class FailingCalls(string method) : IIncomingGrainCallFilter
{
    private Func<Parcel>? _answer;
    private bool _executes;
    private int _count;

    internal int Count => Volatile.Read(ref _count);

    internal void AnswerWith(Func<Parcel> answer, bool executes) => (_executes, _answer) = (executes, answer);

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.InterfaceMethod.Name != method || Interlocked.Exchange(ref _answer, null) is not { } answer)
        {
            await context.Invoke();
            return;
        }

        _ = Interlocked.Increment(ref _count);
        if (_executes)
        {
            await context.Invoke();
        }

        context.Result = answer();
    }
}
