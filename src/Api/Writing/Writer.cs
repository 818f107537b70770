namespace Exchange.Api.Writing;

/// <summary>Gives commands and makes their answers.</summary>
internal static class Writer
{
    internal const string ReplayedHeader = "Idempotent-Replayed";

    /// <summary>The caller's command to a grain, with the request's key and expected head.</summary>
    internal static CommandRequest Request(this Call call, ChainId chain, Command command, Channel? channel = null) =>
        new(chain, call.CommandId, channel is { } by ? call.Caller.ActorBy(by) : call.Caller.Actor, command,
            call.ExpectedHead);

    /// <summary>Gives the command and answers <c>{ data, receipt }</c>.</summary>
    internal static async Task<IResult> SubmitAsync<TRow, TView>(this Call call, Submission<TRow, TView> submission)
        where TRow : Row
        => await call.TrySubmitAsync(submission) switch
        {
            SubmissionResult<TView>.Done done => call.Answer(done, submission.Status, submission.Location),
            SubmissionResult<TView>.NotDone not => not.Problem,
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    /// <summary>Gives the command; the view is as of its receipt, so that a replay shows the same.</summary>
    internal static async ValueTask<SubmissionResult<TView>> TrySubmitAsync<TRow, TView>(
        this Call call, Submission<TRow, TView> submission)
        where TRow : Row
    {
        var outcome = await call.Exchange.SubmitAsync(submission.Request, call.Aborted);
        if (outcome is not SubmitOutcome.Accepted accepted)
        {
            return new SubmissionResult<TView>.NotDone(Problems.Of(outcome));
        }

        var row = RowOf<TRow>(accepted.Changes, submission.Item)
            ?? await RefoldAsync<TRow>(call, accepted.Receipt, submission.Item);
        var view = await submission.View(call, row, accepted.Receipt.RecordedAt);
        return new SubmissionResult<TView>.Done(view, accepted);
    }

    /// <summary>Answers with whatever the view is, and the headers of a write.</summary>
    internal static IResult Answer<TView>(
        this Call call, SubmissionResult<TView>.Done done, int status, string? location)
    {
        var headers = call.Http.Response.Headers;
        headers.ETag = Call.EntityTagOf(done.Outcome.Head);
        if (location is not null)
        {
            headers.Location = location;
        }

        if (done.Outcome.Replayed)
        {
            headers[ReplayedHeader] = "true";
        }

        return Results.Json(
            new Written<TView>(done.View, ReceiptView.Of(done.Outcome.Receipt)), ApiJson.Options, statusCode: status);
    }

    private static TRow? RowOf<TRow>(ImmutableArray<RowChange> changes, string item)
        where TRow : Row
        => changes.OfType<RowChange.Upsert>().Select(upsert => upsert.Row).OfType<TRow>()
            .LastOrDefault(row => string.Equals(row.Item, item, StringComparison.Ordinal));

    /// <summary>
    /// An entry that changes nothing in the tables: the row is what the chain was folded into by then.
    /// </summary>
    private static async ValueTask<TRow> RefoldAsync<TRow>(Call call, Receipt receipt, string item)
        where TRow : Row
    {
        var outcome = await call.Exchange.ReplayAsync(
            receipt.Chain, new ReplayPoint.AtIndex(receipt.Index), call.Aborted);
        return outcome is ReplayOutcome.Folded folded
            ? folded.Rows.OfType<TRow>().First(row => string.Equals(row.Item, item, StringComparison.Ordinal))
            : throw new StoreUnavailableException("An accepted entry cannot be read back.", inner: null);
    }
}
