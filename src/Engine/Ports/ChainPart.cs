namespace Exchange.Engine.Ports;

// family: what goes into the ledger store and comes out

/// <summary>One grain's part of a batch.</summary>
/// <param name="Expected">The head the part was decided on; the store's must be the same.</param>
/// <param name="Entries">One to <see cref="EntriesMax"/> linked entries.</param>
/// <param name="Rows">The row changes of all of them, in order.</param>
public sealed record ChainPart(
    ChainId Chain, ChainHead Expected, ImmutableArray<PendingEntry> Entries, ImmutableArray<RowChange> Rows)
{
    public const int EntriesMax = 1024;

    /// <summary>
    /// Other chains that the part was decided on, believed and not asked about: it may be stored only while their heads
    /// are these. Only for a store that compares them.
    /// </summary>
    public ImmutableArray<ChainWithHead> Cited { get; init; } = [];
}

/// <summary>An entry to be stored.</summary>
/// <param name="Intent">The hash (0x11) of actor and command: tells a retry from another command with the same
/// id.</param>
public sealed record PendingEntry(
    EntryIndex Index, Digest Hash, UnixMilliseconds RecordedAt, ChainId Actor, CommandId CommandId, Digest Intent,
    ReadOnlyMemory<byte> Bytes);

/// <summary>What became of a part.</summary>
public enum AppendOutcome
{
    /// <summary>Stored whole and durably.</summary>
    Stored = 1,

    /// <summary>Not stored: the chain has another head. Reload.</summary>
    HeadMoved = 2,

    /// <summary>Not stored: a command id of the part is on the chain already. Reload and look up.</summary>
    CommandKnown = 3,

    /// <summary>Not stored and never will be: the store cannot write or is closing. Retry later.</summary>
    Unavailable = 4,

    /// <summary>Stored or not, nobody knows. Reload and look up; never append again blindly.</summary>
    Unknown = 5,

    /// <summary>
    /// Not stored: another node read as of a moment later than the part's time. Decide again, not before the store's
    /// greatest time.
    /// </summary>
    TimePassed = 6,

    /// <summary>Not stored: a chain that the part cites has another head. Read the facts again.</summary>
    CitedMoved = 7,

    /// <summary>Not stored and never will be: more waits already than the store lets wait. Retry later.</summary>
    Overloaded = 8,

    /// <summary>
    /// Not stored: the part is from long after the store's own clock, and would stop those who go by that. Retry when
    /// the clocks agree.
    /// </summary>
    TimeAhead = 9,
}

/// <summary>The key under which a command is recorded once for ever.</summary>
public readonly record struct CommandKey(ChainId Chain, ChainId Actor, CommandId CommandId);

/// <summary>A command that is on its chain.</summary>
public sealed record KnownCommand(EntryIndex Index, Digest Hash, UnixMilliseconds RecordedAt, Digest Intent);

/// <summary>
/// The place of an entry in the order that a reader tails. On one chain positions follow the indexes; between chains an
/// entry may be committed after one with a greater position, and a tail is read only as far as nothing can come late.
/// </summary>
public readonly record struct EntryPosition(long Value)
{
    public static EntryPosition BeforeFirst => new(0);
}

/// <summary>An entry as stored.</summary>
public sealed record StoredEntry(ChainId Chain, EntryIndex Index, EntryPosition Position, ReadOnlyMemory<byte> Bytes);

/// <summary>A chain and its head.</summary>
public readonly record struct ChainWithHead(ChainId Chain, ChainHead Head);

/// <summary>The entries of a chain from one index through another.</summary>
public readonly record struct ChainStretch(ChainId Chain, EntryIndex From, EntryIndex Through);

/// <summary>
/// The store cannot be asked: a broken outside world. The node goes on or ends as the store says. As text it is one
/// line without a trace, because every call meets it while the store is away, and none of them is its cause.
/// </summary>
public sealed class StoreUnavailableException(string message, Exception? inner) : Exception(message, inner)
{
    /// <summary>What happened and what lies below it, in one line for people.</summary>
    public static string ReasonOf(Exception fault)
    {
        var reasons = new List<string>();
        for (var at = fault; at is not null; at = at.InnerException)
        {
            // What lies below is often the same word again.
            if (!reasons.Contains(at.Message))
            {
                reasons.Add(at.Message);
            }
        }

        return string.Join(" ", reasons).ReplaceLineEndings(" ");
    }

    public override string ToString() => $"{nameof(StoreUnavailableException)}: {ReasonOf(this)}";
}
