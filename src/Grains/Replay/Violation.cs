namespace Exchange.Grains.Replay;

// family: what an audit of deliveries finds

/// <summary>In what a delivery was unlawful. Numbers are stable.</summary>
public enum ViolationKind
{
    /// <summary>The manifest that the end of the delivery names is not there.</summary>
    ManifestMissing = 1,

    /// <summary>The manifest is not one.</summary>
    ManifestUnreadable = 2,

    /// <summary>The manifest has another root than the end of the delivery names.</summary>
    ManifestRootDiffers = 3,

    /// <summary>The manifest is about another delivery, revision or other columns.</summary>
    ManifestHeaderDiffers = 4,

    /// <summary>The rows of leaves, blocks and delivery do not add up.</summary>
    RowsDiffer = 5,

    /// <summary>A block was read before the delivery started, after it ended, or before the block before it.</summary>
    BlockTimeInvalid = 6,

    /// <summary>A head that a block or leaf names is not on its chain, or the chain is not there.</summary>
    HeadSeenUnknown = 7,

    /// <summary>A head that a block or leaf names has another hash.</summary>
    HeadSeenDiffers = 8,

    /// <summary>A block has more rows than one read may filter.</summary>
    BlockTooLarge = 9,

    /// <summary>The agreement was not in force, or the delivery did not run.</summary>
    AgreementNotInForce = 20,

    /// <summary>The licensor was not in force.</summary>
    LicensorNotInForce = 21,

    /// <summary>The licensee was not in force: suspended, or without the purpose.</summary>
    LicenseeNotInForce = 22,

    /// <summary>The dataset's classes or the revision did not admit the delivery.</summary>
    DatasetNotInForce = 23,

    /// <summary>A leaf names a member where rows are about households, or none where they are about members.</summary>
    SubjectLevelDiffers = 24,

    /// <summary>The chain of a household that rows were delivered of is not there.</summary>
    HouseholdUnknown = 40,

    /// <summary>The entry relied on created no consent, or what it created had ended.</summary>
    ConsentEnded = 41,

    /// <summary>The consent was not live: unconfirmed, not yet or no longer valid.</summary>
    ConsentNotLive = 42,

    /// <summary>The consent is for another recipient.</summary>
    RecipientNotCovered = 43,

    /// <summary>The consent is for another dataset.</summary>
    DatasetNotCovered = 44,

    /// <summary>The consent does not cover all columns of the delivery.</summary>
    ColumnsNotCovered = 45,

    /// <summary>The consent does not cover the purpose.</summary>
    PurposeNotCovered = 46,

    /// <summary>The consent does not cover the member, or not every adult of the household.</summary>
    MemberNotCovered = 47,

    /// <summary>The identifier or the entry that linked it is not there.</summary>
    LinkUnknown = 60,

    /// <summary>The identifier was linked anew before the block was read.</summary>
    LinkEnded = 61,

    /// <summary>The identifier stood for another household or member.</summary>
    LinkDiffers = 62,
}

/// <summary>One unlawful part of a delivery, and where to look.</summary>
/// <param name="Block">The block; nothing where it is the whole delivery.</param>
/// <param name="Chain">The chain that shows it: household, identifier, dataset, agreement or party.</param>
/// <param name="Entry">The last entry of that chain that was taken into account.</param>
/// <param name="Reason">What the rules would have refused the delivery for, where they are asked.</param>
public sealed record Violation(
    ViolationKind Kind, ChainId Agreement, GrainKey Delivery, int? Block, ChainId? Chain, EntryIndex? Entry,
    Refusal? Reason);

/// <summary>
/// Rows delivered on the ground of a consent that was lawful then and was later declared to have been entered in error.
/// </summary>
/// <param name="Consent">The entry that created the consent.</param>
public sealed record InvalidatedReliance(ChainId Agreement, GrainKey Delivery, GrainKey Household, EntryIndex Consent);

/// <summary>Takes what an audit finds, as it finds it.</summary>
public interface IAuditFindings
{
    void Add(Violation violation);

    void Add(InvalidatedReliance reliance);
}

/// <summary>How much an audit looked at and found.</summary>
public sealed record AuditSummary
{
    /// <summary>Deliveries that ended.</summary>
    public required int Deliveries { get; init; }

    public required long Blocks { get; init; }

    /// <summary>Households (or members) in blocks.</summary>
    public required long Leaves { get; init; }

    public required ImmutableSortedDictionary<ViolationKind, long> Violations { get; init; }

    public required long InvalidatedReliances { get; init; }

    public long ViolationCount => Violations.Values.Sum();
}
