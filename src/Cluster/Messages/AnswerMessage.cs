using MessagePack;

namespace Exchange.Cluster.Messages;

// family: the answer to a command on its way back

/// <summary>Which answer it is. Numbers are never reused.</summary>
public enum AnswerKind
{
    Accepted = 1,
    Refused = 2,
    Unavailable = 3,
    Unknown = 4,

    /// <summary>The command came in a form that the silo does not know; nothing was executed.</summary>
    NotSpoken = 5,
}

/// <summary>The answer to a command between two nodes; which fields count follows from the kind.</summary>
/// <param name="Version">Which form this is; of <see cref="AnswerKind.NotSpoken"/> the greatest that is known.</param>
/// <param name="Receipt">The receipt in its canonical form.</param>
/// <param name="Replayed">Whether an earlier try had stored the entry.</param>
/// <param name="Changes">The row changes of the entry.</param>
/// <param name="Refusal">The number of the refusal.</param>
/// <param name="Reason">The number of the reason why nothing was executed.</param>
/// <param name="RetryAfterMilliseconds">When to come back.</param>
[MessagePackObject]
public sealed record AnswerMessage(
    [property: Key(0)] int Version,
    [property: Key(1)] AnswerKind Kind,
    [property: Key(2)] byte[]? Receipt = null,
    [property: Key(3)] bool Replayed = false,
    [property: Key(4)] RowMessage[]? Changes = null,
    [property: Key(5)] int Refusal = 0,
    [property: Key(6)] int Reason = 0,
    [property: Key(7)] long RetryAfterMilliseconds = 0);

/// <summary>The change of one row between two nodes.</summary>
/// <param name="Table">The number of the table.</param>
/// <param name="Chain">The chain that the row belongs to.</param>
/// <param name="Item">The row's name on its chain.</param>
/// <param name="Body">The row in its canonical form; nothing where it is deleted.</param>
[MessagePackObject]
public sealed record RowMessage(
    [property: Key(0)] int Table,
    [property: Key(1)] string Chain,
    [property: Key(2)] string Item,
    [property: Key(3)] byte[]? Body);
