namespace Exchange.Ledger;

// family: an entry and its parts

/// <summary>What an actor may do. Numbers stand in entries and are never reused.</summary>
public enum Role
{
    /// <summary>No role; never stands in an entry.</summary>
    None = 0,

    /// <summary>Runs the exchange.</summary>
    Operator = 1,

    /// <summary>Publishes data.</summary>
    Department = 2,

    /// <summary>Acts for a department.</summary>
    Officer = 3,

    /// <summary>Decides about the data about it.</summary>
    Household = 4,

    /// <summary>Licenses data.</summary>
    Buyer = 5,

    /// <summary>Reads everything, changes nothing.</summary>
    Regulator = 6,

    /// <summary>A process between grains.</summary>
    Process = 7,

    /// <summary>The node itself.</summary>
    System = 8,
}

/// <summary>How a command reached the exchange. Numbers stand in entries and are never reused.</summary>
public enum Channel
{
    /// <summary>No channel; never stands in an entry.</summary>
    None = 0,

    /// <summary>By the party itself.</summary>
    Self = 1,

    /// <summary>By an officer in the party's presence.</summary>
    Officer = 2,

    /// <summary>From a signed paper.</summary>
    Paper = 3,

    /// <summary>From an import; reserved.</summary>
    Import = 4,

    /// <summary>By a process of the exchange.</summary>
    Process = 5,
}

/// <summary>How the actor proved who it is.</summary>
/// <param name="Issuer">The digest of the token's issuer.</param>
/// <param name="Method">A code of the method, at most 32 bytes.</param>
public sealed record Authentication(Digest Issuer, string Method);

/// <summary>Who gave a command.</summary>
/// <param name="Id">The actor itself.</param>
/// <param name="Role">The role it acted in.</param>
/// <param name="OnBehalfOf">The party it acted for, if another.</param>
/// <param name="Person">An opaque id of the person from the token, at most 64 bytes.</param>
/// <param name="Channel">How the command came.</param>
/// <param name="Authentication">How the actor proved itself; nothing for the exchange's own parts.</param>
public sealed record Actor(
    ChainId Id, Role Role, ChainId? OnBehalfOf, string? Person, Channel Channel, Authentication? Authentication);

/// <summary>A command as recorded: the caller's intent and nothing else.</summary>
/// <param name="Type">The type's number.</param>
/// <param name="Version">The version of the type.</param>
/// <param name="Fields">The canonical array of the fields.</param>
public readonly record struct RecordedCommand(int Type, int Version, ReadOnlyMemory<byte> Fields);

/// <summary>An event as recorded.</summary>
/// <param name="Type">The type's number.</param>
/// <param name="Version">The version of the type.</param>
/// <param name="Fields">The canonical array of the fields; nothing where they are the command's.</param>
public readonly record struct RecordedEvent(int Type, int Version, ReadOnlyMemory<byte>? Fields);

/// <summary>What a decision took from another chain.</summary>
/// <param name="Chain">The chain it was taken from.</param>
/// <param name="Head">That chain's head when it was read.</param>
/// <param name="ReadAt">When it was read.</param>
/// <param name="Type">The number of the fact's type.</param>
/// <param name="Values">The canonical array of what was read.</param>
public readonly record struct RecordedFact(
    ChainId Chain, ChainHead Head, UnixMilliseconds ReadAt, int Type, ReadOnlyMemory<byte> Values);

/// <summary>One link of a chain: one command and its events, with who, when and the hash of the entry before.</summary>
public sealed record Entry
{
    /// <summary>The greatest size of an entry's canonical bytes.</summary>
    public const int SizeBytesMax = 60 * 1024;

    /// <summary>The greatest size of a command's fields.</summary>
    public const int CommandSizeBytesMax = 48 * 1024;

    /// <summary>How many facts an entry may cite.</summary>
    public const int FactsMax = 16;

    /// <summary>How many events an entry may have; at least one.</summary>
    public const int EventsMax = 64;

    /// <summary>The name of the chain that it is a link of.</summary>
    public required ChainId Chain { get; init; }

    /// <summary>The place on the chain.</summary>
    public required EntryIndex Index { get; init; }

    /// <summary>The hash of the entry before; the genesis value for the first.</summary>
    public required Digest Previous { get; init; }

    /// <summary>When it was decided.</summary>
    public required UnixMilliseconds RecordedAt { get; init; }

    /// <summary>Who gave the command.</summary>
    public required Actor Actor { get; init; }

    /// <summary>The caller's name for the command.</summary>
    public required CommandId CommandId { get; init; }

    /// <summary>What was asked.</summary>
    public required RecordedCommand Command { get; init; }

    /// <summary>The version of the rules that decided.</summary>
    public required int Rules { get; init; }

    /// <summary>What the decision took from other chains.</summary>
    public required IReadOnlyList<RecordedFact> Facts { get; init; }

    /// <summary>What happened.</summary>
    public required IReadOnlyList<RecordedEvent> Events { get; init; }

    /// <summary>Set by the pipeline, no part of the decision.</summary>
    public required EntrySalt Salt { get; init; }
}

/// <summary>What the caller keeps: enough to demand a proof later.</summary>
/// <param name="Exchange">The exchange.</param>
/// <param name="Chain">The chain.</param>
/// <param name="Index">The entry's place.</param>
/// <param name="Hash">The entry's hash.</param>
/// <param name="RecordedAt">The entry's time.</param>
public sealed record Receipt(
    ExchangeId Exchange, ChainId Chain, EntryIndex Index, Digest Hash, UnixMilliseconds RecordedAt);
