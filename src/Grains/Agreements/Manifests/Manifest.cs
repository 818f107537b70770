namespace Exchange.Grains.Agreements.Manifests;

// family: what a delivery contained, and on what ground

/// <summary>Why rows were withheld. For licensor and regulator only: a buyer never learns how many refused.</summary>
public enum WithheldReason
{
    NoConsent = 1,
    ColumnsNotCovered = 2,
    LinkEnded = 3,
    PurposeNotCovered = 4,
    MemberNotCovered = 5,
}

/// <summary>How many rows were withheld for one reason.</summary>
public sealed record WithheldCount(WithheldReason Reason, long Rows);

/// <summary>One block of a delivery: filtered by one fresh read.</summary>
/// <param name="ReadBegunAt">When that read began.</param>
/// <param name="Rows">Rows handed over in it.</param>
public sealed record ManifestBlock(
    int Number, UnixMilliseconds ReadBegunAt, ManifestHead Agreement, ManifestHead Dataset, ManifestHead Licensor,
    ManifestHead Licensee, int Rows, long SizeBytes)
{
    /// <summary>How many rows one read may filter; what more would rest on a read that is too old.</summary>
    public const int RowsMax = 1000;
}

/// <summary>The head of a chain as seen by a block's read.</summary>
public sealed record ManifestHead(EntryIndex Index, Digest Hash);

/// <summary>The head of a manifest; its bytes are in the root.</summary>
/// <param name="Withheld">Ascending by reason, each at most once, none of no rows.</param>
/// <param name="Blocks">In order, numbered from 0.</param>
public sealed record ManifestHeader(
    ChainId Agreement, GrainKey Delivery, GrainKey Dataset, GrainKey Revision,
    [Count(512)] ImmutableSortedSet<ColumnName> Columns, [Count(16)] ImmutableArray<WithheldCount> Withheld,
    [Count(ManifestHeader.BlocksMax)] ImmutableArray<ManifestBlock> Blocks)
{
    /// <summary>How many blocks a delivery may have; a node ends one that would have more.</summary>
    public const int BlocksMax = 300_000;
}

/// <summary>
/// One household (or member) in one block. Leaves are sorted by household, member, identifier, block.
/// </summary>
/// <param name="Identifier">The identifier's grain, and the entry that made its link.</param>
/// <param name="Consent">The index of the entry that created the consent relied on.</param>
/// <param name="HeadSeen">The household's head as seen by the block's read.</param>
public sealed record ManifestLeaf(
    GrainKey Household, GrainKey? Member, GrainKey Identifier, EntryIndex Link, EntryIndex Consent,
    ManifestHead HeadSeen, int Block, int Rows)
{
    /// <summary>The order of leaves: household, member (none first), identifier, block.</summary>
    public bool IsAbove(ManifestLeaf other)
    {
        var order = Household.CompareTo(other.Household);
        order = order != 0 ? order : Nullable.Compare(Member, other.Member);
        order = order != 0 ? order : Identifier.CompareTo(other.Identifier);
        return order != 0 ? order > 0 : Block > other.Block;
    }
}
