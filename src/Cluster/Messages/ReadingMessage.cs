using MessagePack;

namespace Exchange.Cluster.Messages;

// family: a grain's state between two nodes

/// <summary>Which answer it is. Numbers are never reused.</summary>
public enum ReadingKind
{
    Read = 1,

    /// <summary>The store cannot be asked, or too many wait.</summary>
    Unavailable = 2,

    /// <summary>The chain does not verify.</summary>
    Broken = 3,
}

/// <summary>A grain's state at its head; which fields count follows from the kind.</summary>
/// <param name="Version">Which form this is.</param>
/// <param name="Head">The head in the store.</param>
/// <param name="ReadAt">When it was read, in milliseconds since 1970.</param>
/// <param name="StateVersion">The version of the state's form, as in snapshots.</param>
/// <param name="State">The state in its canonical form.</param>
/// <param name="Why">What keeps it from being read.</param>
/// <param name="BrokenAt">The index of the first bad entry.</param>
[MessagePackObject]
public sealed record ReadingMessage(
    [property: Key(0)] int Version,
    [property: Key(1)] ReadingKind Kind,
    [property: Key(2)] HeadMessage? Head = null,
    [property: Key(3)] long ReadAt = 0,
    [property: Key(4)] int StateVersion = 0,
    [property: Key(5)] byte[]? State = null,
    [property: Key(6)] string? Why = null,
    [property: Key(7)] long BrokenAt = 0);
