using Exchange.Engine.Ports;

namespace Exchange.Engine.Pipeline;

/// <summary>What the pump took at once, and who of them still waits for an answer.</summary>
internal sealed class WorkBatch
{
    private readonly List<ReadRequest> _reads = [];
    private List<Submission> _commands;

    internal WorkBatch(List<GrainWork> work)
    {
        _commands = new(work.Count);
        foreach (var item in work)
        {
            if (item is Submission command)
            {
                _commands.Add(command);
            }
            else
            {
                _reads.Add((ReadRequest)item);
            }
        }
    }

    internal IReadOnlyList<Submission> Commands => _commands;

    internal int Count => _commands.Count + _reads.Count;

    internal bool IsDone => Count == 0;

    /// <summary>
    /// Answers everybody once the decision is stored; who gets no receipt, only after the store was asked for the key:
    /// a retry gets its first answer, whatever has changed since.
    /// </summary>
    /// <param name="uncertain">Whether an earlier try may still commit: then nobody is told that nothing came of
    /// it.</param>
    internal async Task AnswerAsync(BatchDecision decided, GrainContext context, bool uncertain)
    {
        foreach (var read in _reads)
        {
            read.Answer(decided.After);
        }

        List<Task>? refused = null;
        for (var i = 0; i < _commands.Count; i++)
        {
            var answer = decided.Answers[i];
            if (answer is SubmitOutcome.Accepted)
            {
                _commands[i].Answer(answer);
            }
            else
            {
                (refused ??= []).Add(RefuseAsync(_commands[i], answer, context, uncertain));
            }
        }

        if (refused is not null)
        {
            await Task.WhenAll(refused);
        }
    }

    /// <summary>Answers the commands that are on the chain already; the rest waits on.</summary>
    internal async Task LookUpAsync(GrainContext context)
    {
        var asked = new Task<KnownCommand?>[_commands.Count];
        for (var i = 0; i < asked.Length; i++)
        {
            asked[i] = context.Questions.CommandAsync(_commands[i].Prepared.Key);
        }

        var known = await Task.WhenAll(asked);
        var missing = new List<Submission>(_commands.Count);
        for (var i = 0; i < known.Length; i++)
        {
            if (known[i] is { } found)
            {
                await ReplayAsync(_commands[i], found, context);
            }
            else
            {
                missing.Add(_commands[i]);
            }
        }

        _commands = missing;
    }

    /// <summary>
    /// Gives back the commands whose facts are no longer true, unless nobody knows of them; the rest waits on.
    /// </summary>
    internal async Task GiveBackAsync(GrainContext context, bool uncertain)
    {
        var moved = await FindMovedAsync(_commands.SelectMany(command => command.Cited), context);
        var right = new List<Submission>(_commands.Count);
        foreach (var command in _commands)
        {
            if (!command.Cited.Any(moved.Contains))
            {
                right.Add(command);
            }
            else if (uncertain)
            {
                command.Answer(new SubmitOutcome.Unknown());
            }
            else
            {
                command.GiveBack();
            }
        }

        _commands = right;
    }

    /// <summary>Tells everybody who waits that nothing came of it, or that nobody knows.</summary>
    internal void GiveUp(bool uncertain, UnavailableReason reason) => End(
        new StoreUnavailableException("The store took no part of the batch.", inner: null),
        uncertain ? new SubmitOutcome.Unknown() : new SubmitOutcome.Unavailable(reason, GrainContext.RetryAfter));

    /// <summary>Answers everybody who waits with what went wrong.</summary>
    internal void Fail(Exception error, bool uncertain) => End(error, GrainContext.OutcomeOf(error, uncertain));

    /// <summary>Each of those who wait alone, in order.</summary>
    internal IEnumerable<WorkBatch> Split()
    {
        foreach (var command in _commands)
        {
            // One that was answered before the fault is not decided again.
            if (!command.Outcome.IsCompleted)
            {
                yield return new([command]);
            }
        }

        foreach (var read in _reads)
        {
            yield return new([read]);
        }
    }

    private void End(Exception error, SubmitOutcome? outcome)
    {
        foreach (var read in _reads)
        {
            read.Fail(error);
        }

        foreach (var command in _commands)
        {
            if (outcome is null)
            {
                command.Fail(error);
            }
            else
            {
                command.Answer(outcome);
            }
        }
    }

    private static async Task RefuseAsync(
        Submission command, SubmitOutcome answer, GrainContext context, bool uncertain)
    {
        try
        {
            if (await context.Questions.CommandAsync(command.Prepared.Key) is { } known)
            {
                await ReplayAsync(command, known, context);
                return;
            }

            if (uncertain)
            {
                // Not found yet is not refused: the earlier try may commit a moment later.
                command.Answer(new SubmitOutcome.Unknown());
                return;
            }

            // What is no longer true must not be why somebody is refused.
            if ((await FindMovedAsync(command.Cited, context)).Count > 0)
            {
                command.GiveBack();
                return;
            }

            command.Answer(answer);
        }
        catch (StoreUnavailableException error)
        {
            command.Answer(GrainContext.OutcomeOf(error, uncertain)!);
        }
    }

    private static async Task<HashSet<ChainWithHead>> FindMovedAsync(
        IEnumerable<ChainWithHead> cited, GrainContext context)
    {
        HashSet<ChainWithHead> moved = [.. cited];
        if (moved.Count > 0)
        {
            var believed = moved.ToArray();
            var heads = await Task.WhenAll(believed.Select(each => context.Questions.HeadAsync(each.Chain)));
            moved.ExceptWith(believed.Where((each, place) => heads[place] == each.Head));
        }

        return moved;
    }

    private static async Task ReplayAsync(Submission command, KnownCommand known, GrainContext context) =>
        command.Answer(await context.Replays.AnswerAsync(command.Prepared, known));
}
