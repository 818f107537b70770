namespace Exchange.Grains.Replay;

// family: what is wrong with an entry whose hashes are right

/// <summary>In what an entry breaks the rules. Numbers are stable.</summary>
public enum BreachKind
{
    /// <summary>Decided by rules that this program does not have.</summary>
    RulesUnknown = 1,

    /// <summary>A chain of a kind that has no rules.</summary>
    KindUnknown = 2,

    /// <summary>Command, fact or event has an unknown number or is not canonical.</summary>
    NotReadable = 3,

    /// <summary>A question that the command raises has no answer in the entry.</summary>
    FactMissing = 4,

    /// <summary>A fact answers no question, or another one.</summary>
    FactNotAsked = 5,

    /// <summary>A fact was read longer before the entry than is allowed.</summary>
    FactTooOld = 6,

    /// <summary>A fact was read after the entry.</summary>
    FactFromFuture = 7,

    /// <summary>The rules refuse the command.</summary>
    RefusedByRules = 8,

    /// <summary>The rules give other events.</summary>
    EventsDiffer = 9,

    /// <summary>A fact cites a chain that is not there.</summary>
    CitedChainMissing = 20,

    /// <summary>A fact cites an entry that is not there.</summary>
    CitedHeadMissing = 21,

    /// <summary>A fact cites an entry by another hash.</summary>
    CitedHashDiffers = 22,

    /// <summary>The cited chain gives another answer at the cited entry.</summary>
    FactValuesDiffer = 23,

    /// <summary>The cited chain had gone on long before it was read.</summary>
    CitedHeadStale = 24,
}

/// <summary>The first thing that is wrong with an entry.</summary>
public sealed record Breach
{
    public required BreachKind Kind { get; init; }

    public required ChainId Chain { get; init; }

    public required EntryIndex Index { get; init; }

    /// <summary>What the rules or the cited chain give.</summary>
    public required string Expected { get; init; }

    /// <summary>What the entry says.</summary>
    public required string Found { get; init; }

    public override string ToString() => $"{Chain} {Index}: {Kind}: expected {Expected}, found {Found}";
}
