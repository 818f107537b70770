namespace Exchange.Engine;

// family: what a host of grains offers

/// <summary>
/// The grains, wherever they run. A host makes a grain when it is first asked for, and drops it when it is idle;
/// callers never see that. Thread-safe.
/// </summary>
public interface IExchange
{
    /// <summary>The exchange's id.</summary>
    ExchangeId Id { get; }

    /// <summary>
    /// Gives a command: looks the command id up, reads the facts, decides, stores, answers. Retrying with the same id
    /// is always safe. Cancelling never cancels a decided command.
    /// </summary>
    ValueTask<SubmitOutcome> SubmitAsync(CommandRequest request, CancellationToken cancellationToken);

    /// <summary>A grain's state as of its head in the store. A grain without entries has its initial state.</summary>
    ValueTask<GrainReading> ReadAsync(ChainId chain, CancellationToken cancellationToken);

    /// <summary>
    /// A grain's history folded through a moment or an index: the state then, and the rows that lists showed.
    /// </summary>
    ValueTask<ReplayOutcome> ReplayAsync(ChainId chain, ReplayPoint point, CancellationToken cancellationToken);
}

/// <summary>A command before its facts are read.</summary>
/// <param name="Supplied">Facts that only the caller knows: what was measured, which answer was got.</param>
public sealed record CommandRequest(
    ChainId Chain, CommandId Id, Actor Actor, Command Command, ChainHead? ExpectedHead = null,
    ImmutableArray<CitedFact> Supplied = default);

/// <summary>The answer to a command.</summary>
public abstract record SubmitOutcome
{
    private SubmitOutcome()
    {
    }

    /// <summary>On its chain, now or since an earlier try.</summary>
    /// <param name="Replayed">Whether an earlier try had stored it.</param>
    /// <param name="Changes">The row changes of that entry: the data as of the receipt.</param>
    public sealed record Accepted(Receipt Receipt, bool Replayed, ImmutableArray<RowChange> Changes) : SubmitOutcome
    {
        /// <summary>The head after the entry: what an ETag names.</summary>
        public ChainHead Head => new(Receipt.Index, Receipt.Hash);
    }

    /// <summary>No, because.</summary>
    public sealed record Refused(Refusal Reason) : SubmitOutcome;

    /// <summary>Not executed; try again after a while.</summary>
    public sealed record Unavailable(UnavailableReason Reason, TimeSpan RetryAfter) : SubmitOutcome;

    /// <summary>Executed or not; the same id tells.</summary>
    public sealed record Unknown : SubmitOutcome;
}

/// <summary>Why a command was not executed.</summary>
public enum UnavailableReason
{
    Overloaded = 1,

    /// <summary>The clocks do not agree: the node's is behind what is stored, or ahead of the store's.</summary>
    ClockBehind = 2,

    StoreUnavailable = 3,
    ChainBroken = 4,
    ShuttingDown = 5,
}

/// <summary>A grain's state at a head.</summary>
public sealed record GrainReading(ChainId Chain, ChainHead Head, UnixMilliseconds ReadAt, GrainState State);

/// <summary>Through where a history is folded.</summary>
public abstract record ReplayPoint
{
    private ReplayPoint()
    {
    }

    /// <summary>All entries recorded at or before a moment.</summary>
    public sealed record AtTime(UnixMilliseconds Time) : ReplayPoint;

    /// <summary>All entries through an index.</summary>
    public sealed record AtIndex(EntryIndex Index) : ReplayPoint;
}

/// <summary>A folded history.</summary>
public abstract record ReplayOutcome
{
    private ReplayOutcome()
    {
    }

    /// <summary>The grain as it was.</summary>
    /// <param name="Rows">The rows of the chain as lists showed them then.</param>
    public sealed record Folded(ChainHead Head, GrainState State, ImmutableArray<Row> Rows) : ReplayOutcome;

    /// <summary>
    /// The moment lies at or after the earliest time still in flight: an entry before it may still come.
    /// </summary>
    public sealed record NotSettled(UnixMilliseconds SettledBefore) : ReplayOutcome;

    /// <summary>The chain has no entry at or before the point.</summary>
    public sealed record NothingYet : ReplayOutcome;
}
