using Exchange.Engine.Ports;
using Exchange.Grains.Facts;

namespace Exchange.Engine.Pipeline;

/// <summary>
/// Reads what a decision takes from other chains: each question is answered from that grain's state at its head in the
/// store. A question without an answer has no fact; the rules say what that means.
/// </summary>
/// <param name="rulesOf">The rules of a chain.</param>
/// <param name="read">Reads a grain fresh, wherever it runs.</param>
/// <param name="believe">What a grain here believes, if it does and if the store compares what is cited.</param>
public sealed class FactReader(
    Func<ChainId, GrainRules> rulesOf, Func<ChainId, CancellationToken, ValueTask<GrainReading>> read,
    Func<ChainId, GrainReading?> believe)
{
    /// <summary>A prepared request with its facts in the order of the questions.</summary>
    /// <param name="prepared">The request.</param>
    /// <param name="isBelieving">Whether heads may be cited instead of asked for.</param>
    public async ValueTask<Submission> ReadAsync(
        PreparedCommand prepared, bool isBelieving, CancellationToken cancellationToken)
    {
        var request = prepared.Request;
        var questions = rulesOf(request.Chain).Questions(request.Chain, request.Actor, request.Command);
        var supplied = request.Supplied.IsDefault ? [] : request.Supplied;
        if (questions.IsEmpty && supplied.IsEmpty)
        {
            return Submit([], []);
        }

        var believed = new GrainReading?[questions.Length];
        if (isBelieving)
        {
            Believe(request.Chain, questions, supplied, believed);
        }

        var facts = await AnswerAsync(questions, supplied, believed, cancellationToken);
        if (facts.Length > Entry.FactsMax)
        {
            throw new InvalidOperationException($"Expected at most {Entry.FactsMax} facts, found {facts.Length}.");
        }

        return Submit(facts, CitedOf(believed));

        Submission Submit(ImmutableArray<CitedFact> facts, ImmutableArray<ChainWithHead> cited) => new(
            prepared,
            new(request.Chain, request.Id, request.Actor, request.Command, facts, request.ExpectedHead), cited);
    }

    // Its own chain is not cited: the append moves it.
    private void Believe(
        ChainId own, ImmutableArray<FactQuestion> questions, ImmutableArray<CitedFact> supplied,
        GrainReading?[] believed)
    {
        for (var i = 0; i < believed.Length; i++)
        {
            if (questions[i].Chain != own && Find(supplied, questions[i]) is null)
            {
                // All questions to one chain are answered from one state.
                believed[i] = Array.Find(believed, reading => reading?.Chain == questions[i].Chain)
                    ?? believe(questions[i].Chain);
            }
        }
    }

    private static ImmutableArray<ChainWithHead> CitedOf(GrainReading?[] believed)
    {
        var cited = ImmutableArray.CreateBuilder<ChainWithHead>(believed.Length);
        foreach (var reading in believed)
        {
            if (reading is not null && !cited.Contains(new(reading.Chain, reading.Head)))
            {
                cited.Add(new(reading.Chain, reading.Head));
            }
        }

        return cited.DrainToImmutable();
    }

    private async ValueTask<ImmutableArray<CitedFact>> AnswerAsync(
        ImmutableArray<FactQuestion> questions, ImmutableArray<CitedFact> supplied, GrainReading?[] believed,
        CancellationToken cancellationToken)
    {
        // All reads begin together, so that they share one question to the store; one chain is read once.
        var readings = new Task<GrainReading>?[questions.Length];
        for (var i = 0; i < readings.Length; i++)
        {
            if (believed[i] is null && Find(supplied, questions[i]) is null)
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
            var grain = believed[i] ?? (readings[i] is { } reading ? await reading : null);
            if (grain is null)
            {
                facts.Add(Find(supplied, questions[i])!);
            }
            else if (questions[i].Answer(grain.State) is { } answer)
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
