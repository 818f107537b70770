namespace Exchange.Api.Writing;

/// <summary>Gives many commands, each with an id of its own; one item's refusal is nobody else's.</summary>
internal static class Batch
{
    /// <summary>How many items a batch has at most.</summary>
    internal const int ItemsMax = 10_000;

    internal static async Task<IResult> RunAsync<TItem, TView>(
        Call call, IReadOnlyList<TItem> items, Func<TItem, CommandId> idOf,
        Func<TItem, ValueTask<(SubmissionResult<TView> Result, int Status)>> run)
        where TView : class
    {
        var repeated = items.Select(idOf).GroupBy(id => id).FirstOrDefault(group => group.Skip(1).Any());
        if (repeated is not null)
        {
            return Problems.Of(Fault.InputInvalid, new ProblemError("/items", "Expected every id once."));
        }

        var answers = new BatchItemAnswer<TView>[items.Count];
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = call.Options.BatchItemsAtOnce,
            CancellationToken = call.Aborted,
        };
        await Parallel.ForAsync(0, items.Count, parallel, async (at, _) =>
        {
            var (result, status) = await run(items[at]);
            answers[at] = AnswerOf(idOf(items[at]), result, status);
        });
        return Results.Json(new BatchAnswer<TView>(answers), ApiJson.Options);
    }

    private static BatchItemAnswer<TView> AnswerOf<TView>(CommandId id, SubmissionResult<TView> result, int status)
        where TView : class
        => result switch
        {
            SubmissionResult<TView>.Done done => new(
                id, status, done.Outcome.Replayed, done.View, ReceiptView.Of(done.Outcome.Receipt), Problem: null),
            SubmissionResult<TView>.NotDone not => new(
                id, not.Problem.Body.Status, Replayed: false, Data: null, Receipt: null, not.Problem.Body),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
}
