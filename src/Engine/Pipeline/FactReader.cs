using Exchange.Grains.Facts;

namespace Exchange.Engine.Pipeline;

/// <summary>
/// Reads what a decision takes from other chains: each question is answered from that grain's state at its head in the
/// store. A question without an answer has no fact; the rules say what that means.
/// </summary>
/// <param name="rulesOf">The rules of a chain.</param>
/// <param name="read">Reads a grain fresh, wherever it runs.</param>
public sealed class FactReader(
    Func<ChainId, GrainRules> rulesOf, Func<ChainId, CancellationToken, ValueTask<GrainReading>> read)
{
    /// <summary>The envelope of a request, with its facts in the order of the questions.</summary>
    public async ValueTask<CommandEnvelope> ReadAsync(CommandRequest request, CancellationToken cancellationToken)
    {
        var questions = rulesOf(request.Chain).Questions(request.Chain, request.Actor, request.Command);
        var supplied = request.Supplied.IsDefault ? [] : request.Supplied;
        var facts = questions.IsEmpty && supplied.IsEmpty
            ? []
            : await AnswerAsync(questions, supplied, cancellationToken);
        if (facts.Length > Entry.FactsMax)
        {
            throw new InvalidOperationException($"Expected at most {Entry.FactsMax} facts, found {facts.Length}.");
        }

        return new(request.Chain, request.Id, request.Actor, request.Command, facts, request.ExpectedHead);
    }

    private async ValueTask<ImmutableArray<CitedFact>> AnswerAsync(
        ImmutableArray<FactQuestion> questions, ImmutableArray<CitedFact> supplied, CancellationToken cancellationToken)
    {
        // All reads begin together, so that they share one question to the store; one chain is read once.
        var readings = new Task<GrainReading>?[questions.Length];
        for (var i = 0; i < readings.Length; i++)
        {
            if (Find(supplied, questions[i]) is null)
            {
                readings[i] = IndexOfEarlier(questions, readings, i) is >= 0 and var earlier
                    ? readings[earlier]
                    : read(questions[i].Chain, cancellationToken).AsTask();
            }
        }

        _ = await Task.WhenAll(readings.OfType<Task<GrainReading>>());
        var facts = ImmutableArray.CreateBuilder<CitedFact>(questions.Length + supplied.Length);
        for (var i = 0; i < readings.Length; i++)
        {
            if (readings[i] is not { } reading)
            {
                facts.Add(Find(supplied, questions[i])!);
            }
            else if (await reading is var grain && questions[i].Answer(grain.State) is { } answer)
            {
                facts.Add(new(grain.Chain, grain.Head, grain.ReadAt, answer));
            }
        }

        foreach (var given in supplied)
        {
            if (!facts.Contains(given))
            {
                throw new ArgumentException($"Nobody asked {given.Chain} for a {given.Value.GetType().Name}.");
            }
        }

        return facts.DrainToImmutable();
    }

    private static int IndexOfEarlier(
        ImmutableArray<FactQuestion> questions, Task<GrainReading>?[] readings, int before)
    {
        for (var i = 0; i < before; i++)
        {
            if (readings[i] is not null && questions[i].Chain == questions[before].Chain)
            {
                return i;
            }
        }

        return -1;
    }

    private static CitedFact? Find(ImmutableArray<CitedFact> supplied, FactQuestion question)
    {
        foreach (var fact in supplied)
        {
            var answers = question switch
            {
                ContentQuestion => fact.Value is ContentFact,
                NotedQuestion => fact.Value is NotedFact,
                _ => false,
            };
            if (answers && fact.Chain == question.Chain)
            {
                return fact;
            }
        }

        return null;
    }
}
