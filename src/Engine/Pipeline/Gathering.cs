namespace Exchange.Engine.Pipeline;

/// <summary>
/// Gathers what many callers ask into few questions: while one question is under way, the next asks collect, and the
/// same ask of several callers is one. An answer always comes from a question that began after its ask, so it is as
/// fresh as one asked alone. Thread-safe.
/// </summary>
/// <param name="question">Answers many asks, in their order.</param>
/// <param name="countMax">How many asks one question has at most.</param>
public sealed class Gathering<TAsk, TAnswer>(
    Func<ImmutableArray<TAsk>, CancellationToken, ValueTask<ImmutableArray<TAnswer>>> question, int countMax)
    where TAsk : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TAsk, Ask> _asks = [];
    private bool _asking;

    /// <summary>One answer.</summary>
    public Task<TAnswer> AskAsync(TAsk what)
    {
        Ask? ask;
        lock (_lock)
        {
            if (!_asks.TryGetValue(what, out ask))
            {
                ask = new Ask(what);
                _asks.Add(what, ask);
            }

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
            for (var from = 0; from < asks.Length; from += countMax)
            {
                await AnswerAsync(asks, from, Math.Min(from + countMax, asks.Length));
            }
        }
    }

    private Ask[]? Take()
    {
        lock (_lock)
        {
            if (_asks.Count == 0)
            {
                _asking = false;
                return null;
            }

            Ask[] taken = [.. _asks.Values];
            _asks.Clear();
            return taken;
        }
    }

    private async Task AnswerAsync(Ask[] asks, int from, int until)
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
