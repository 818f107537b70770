namespace Exchange.Engine.Pipeline;

/// <summary>
/// Gathers what many callers ask into few questions: while one question is under way, the next asks collect. An answer
/// always comes from a question that began after its ask, so it is as fresh as one asked alone. Thread-safe.
/// </summary>
/// <param name="question">Answers many asks, in their order.</param>
/// <param name="countMax">How many asks one question has at most.</param>
public sealed class Gathering<TAsk, TAnswer>(
    Func<ImmutableArray<TAsk>, CancellationToken, ValueTask<ImmutableArray<TAnswer>>> question, int countMax)
{
    private readonly Lock _lock = new();
    private List<Ask> _asks = [];
    private bool _asking;

    /// <summary>One answer.</summary>
    public Task<TAnswer> AskAsync(TAsk what)
    {
        var ask = new Ask(what);
        lock (_lock)
        {
            _asks.Add(ask);
            if (_asking)
            {
                return ask.Answer.Task;
            }

            _asking = true;
        }

        _ = Task.Run(RunAsync);
        return ask.Answer.Task;
    }

    private async Task RunAsync()
    {
        while (Take() is { } asks)
        {
            for (var from = 0; from < asks.Count; from += countMax)
            {
                await AnswerAsync(asks, from, Math.Min(from + countMax, asks.Count));
            }
        }
    }

    private List<Ask>? Take()
    {
        lock (_lock)
        {
            if (_asks.Count == 0)
            {
                _asking = false;
                return null;
            }

            var taken = _asks;
            _asks = new(taken.Count);
            return taken;
        }
    }

    private async Task AnswerAsync(List<Ask> asks, int from, int until)
    {
        var what = ImmutableArray.CreateBuilder<TAsk>(until - from);
        for (var i = from; i < until; i++)
        {
            what.Add(asks[i].What);
        }

        try
        {
            var answers = await question(what.MoveToImmutable(), CancellationToken.None);
            for (var i = from; i < until; i++)
            {
                asks[i].Answer.SetResult(answers[i - from]);
            }
        }
        // Boundary: everybody who asked gets the exception that the question met; nobody hangs.
        catch (Exception error)
        {
            for (var i = from; i < until; i++)
            {
                _ = asks[i].Answer.TrySetException(error);
            }
        }
    }

    private sealed class Ask(TAsk what)
    {
        internal TAsk What { get; } = what;

        internal TaskCompletionSource<TAnswer> Answer { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
