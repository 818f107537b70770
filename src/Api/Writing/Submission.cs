namespace Exchange.Api.Writing;

/// <summary>How a row is shown as of a moment.</summary>
public delegate ValueTask<TView> ViewOf<in TRow, TView>(Call call, TRow row, UnixMilliseconds asOf)
    where TRow : Row;

/// <summary>A command with how its answer is made.</summary>
/// <param name="Item">The row's item that the answer shows.</param>
/// <param name="Location">Where what it made can be read.</param>
internal sealed record Submission<TRow, TView>(CommandRequest Request, string Item, ViewOf<TRow, TView> View)
    where TRow : Row
{
    public string? Location { get; init; }

    public int Status { get; init; } = StatusCodes.Status200OK;
}

/// <summary>What became of a command: the view of its row as of the receipt, or a problem.</summary>
internal abstract record SubmissionResult<TView>
{
    private SubmissionResult()
    {
    }

    internal sealed record Done(TView View, SubmitOutcome.Accepted Outcome) : SubmissionResult<TView>;

    internal sealed record NotDone(ProblemAnswer Problem) : SubmissionResult<TView>;
}
