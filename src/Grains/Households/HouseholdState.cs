namespace Exchange.Grains.Households;

// family: the state of a household

/// <summary>A consent with all that decides whether it is live at a moment.</summary>
/// <param name="Entry">The entry that created it: what a manifest cites.</param>
/// <param name="RecordedAt">That entry's time: unconfirmed it lapses 60 days later.</param>
/// <param name="RecordedBy">The person (or actor, where no person is known) who entered it, so that a second one confirms.</param>
/// <param name="ConfirmedAt">When it was given or confirmed; live from max(validity's start, this).</param>
/// <param name="EndedAt">When it was withdrawn, invalidated or superseded.</param>
public sealed record Consent(
    GrainKey Id, EntryIndex Entry, UnixMilliseconds RecordedAt, [Text(128)] string RecordedBy, GrainKey? Giver,
    Capacity Capacity, [Count(64)] ImmutableSortedSet<GrainKey> AuthorisedBy, ConsentTerms Terms, ConsentStatus Status,
    UnixMilliseconds? ConfirmedAt, UnixMilliseconds? EndedAt, GrainKey? Supersedes);

/// <summary>The latest withdrawal of a scope: a form signed earlier and entered later is refused.</summary>
/// <param name="Recipient">The recipient; nothing for a withdrawal of everything.</param>
/// <param name="Dataset">The dataset, where one consent was withdrawn.</param>
public sealed record Withdrawal(ChainId? Recipient, GrainKey? Dataset, UnixMilliseconds At);

/// <summary>What registration says about a household.</summary>
public sealed record HouseholdDetails(GrainKey Department, DivisionCode County);

/// <summary>The state of a household. Consents that ended have left it; a member who left stays as a key without details.</summary>
public sealed record HouseholdState(
    HouseholdDetails? Details, [Count(256)] ImmutableSortedDictionary<GrainKey, Member> Members,
    [Count(256)] ImmutableSortedSet<GrainKey> FormerMembers,
    [Count(1024)] ImmutableSortedDictionary<GrainKey, Consent> Consents,
    [Count(4096)] ImmutableSortedDictionary<GrainKey, ConsentStatus> EndedConsents,
    [Count(4096)] ImmutableArray<Withdrawal> Withdrawals) : GrainState
{
    public static readonly HouseholdState Initial = new(
        null, ImmutableSortedDictionary<GrainKey, Member>.Empty, [],
        ImmutableSortedDictionary<GrainKey, Consent>.Empty, ImmutableSortedDictionary<GrainKey, ConsentStatus>.Empty, []);
}
