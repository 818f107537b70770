using System.Diagnostics;

namespace Exchange.Cluster.Messages;

/// <summary>Between an answer and its message.</summary>
public static class AnswerMessages
{
    /// <summary>The message of an answer, in the form that the question came in.</summary>
    public static AnswerMessage Of(SubmitOutcome outcome, int version) => outcome switch
    {
        SubmitOutcome.Accepted accepted => new(
            version, AnswerKind.Accepted, ReceiptCodec.Encode(accepted.Receipt), accepted.Replayed,
            [.. accepted.Changes.Select(Of)]),
        SubmitOutcome.Refused refused => new(version, AnswerKind.Refused, Refusal: (int)refused.Reason),
        SubmitOutcome.Unavailable unavailable => new(
            version, AnswerKind.Unavailable, Reason: (int)unavailable.Reason,
            RetryAfterMilliseconds: (long)unavailable.RetryAfter.TotalMilliseconds),
        SubmitOutcome.Unknown => new(version, AnswerKind.Unknown),
        _ => throw new UnreachableException(outcome.ToString()),
    };

    /// <summary>The answer of a message; not for one that says that a form is not spoken.</summary>
    /// <exception cref="CanonicalFormatException">Another node sent what is no answer.</exception>
    public static SubmitOutcome Read(AnswerMessage message) => message.Kind switch
    {
        AnswerKind.Accepted => new SubmitOutcome.Accepted(
            ReceiptCodec.Decode(message.Receipt), message.Replayed, ReadAll(message.Changes ?? [])),
        AnswerKind.Refused => new SubmitOutcome.Refused((Refusal)message.Refusal),
        AnswerKind.Unavailable => new SubmitOutcome.Unavailable(
            (UnavailableReason)message.Reason, TimeSpan.FromMilliseconds(message.RetryAfterMilliseconds)),
        AnswerKind.Unknown => new SubmitOutcome.Unknown(),
        _ => throw new CanonicalFormatException($"Expected an answer, found one of kind {message.Kind}", 0),
    };

    private static RowMessage Of(RowChange change) => change switch
    {
        RowChange.Upsert(var row) => new(
            (int)row.Table, row.Chain.ToString(), row.Item, RowBodies.Encode(row)),
        RowChange.Delete(var table, var chain, var item) => new((int)table, chain.ToString(), item, Body: null),
        _ => throw new UnreachableException(change.ToString()),
    };

    // Rows in the form of another release, or of its tables, are folded from the chain by whoever wants them; the
    // receipt is what counts.
    private static ImmutableArray<RowChange> ReadAll(IEnumerable<RowMessage> rows)
    {
        try
        {
            return [.. rows.Where(row => RowBodies.Tables.Contains((RowTable)row.Table)).Select(Read)];
        }
        catch (CanonicalFormatException)
        {
            return [];
        }
    }

    private static RowChange Read(RowMessage row) => row.Body is { } body
        ? new RowChange.Upsert(RowBodies.Decode((RowTable)row.Table, body))
        : new RowChange.Delete((RowTable)row.Table, ChainId.Parse(row.Chain), row.Item);
}
