namespace Exchange.Grains.Households;

// family: the state of a household

/// <summary>Who entered a consent that the household did not give with its own token.</summary>
/// <param name="Person">The person behind the token, where one is known.</param>
public sealed record Recorder(ChainId Actor, [Text(64)] string? Person)
{
    public static Recorder Of(Actor actor) => new(actor.Id, actor.Person);

    /// <summary>Whether an actor is the recorder again, perhaps as another officer.</summary>
    public bool IsSamePerson(Actor other) =>
        other.Id == Actor || (Person is not null && string.Equals(Person, other.Person, StringComparison.Ordinal));
}

/// <summary>A consent with all that decides whether it is live at a moment.</summary>
/// <param name="Entry">The entry that created it: what a manifest cites.</param>
/// <param name="RecordedAt">That entry's time: unconfirmed it lapses 60 days later.</param>
/// <param name="RecordedBy">Who entered it; nothing where the household gave it with its own token.</param>
/// <param name="AuthorisedBy">
/// The adults who authorised it; all adults of that moment where the household's own token spoke for the household.
/// </param>
/// <param name="ConfirmedAt">When it was given or confirmed; live from max(validity's start, this).</param>
/// <param name="EndedAt">When it was first withdrawn, invalidated or superseded.</param>
public sealed record Consent(
    GrainKey Id, EntryIndex Entry, UnixMilliseconds RecordedAt, Recorder? RecordedBy, GrainKey? Giver,
    Capacity Capacity, [Count(HouseholdState.MembersEverMax)] ImmutableSortedSet<GrainKey> AuthorisedBy,
    [Shared] ConsentTerms Terms, ConsentStatus Status, UnixMilliseconds? ConfirmedAt, UnixMilliseconds? EndedAt,
    GrainKey? Supersedes);

/// <summary>The latest withdrawal of a scope: a form signed earlier and entered later is refused.</summary>
/// <param name="Recipient">The recipient; nothing for a withdrawal of everything.</param>
/// <param name="Dataset">The dataset, where one consent was withdrawn.</param>
public sealed record Withdrawal(ChainId? Recipient, GrainKey? Dataset, UnixMilliseconds At);

/// <summary>What registration says about a household.</summary>
public sealed record HouseholdDetails([Shared] GrainKey Department, [Shared] DivisionCode County);

/// <summary>
/// The state of a household. A member who left stays as a key without details.
/// </summary>
/// <param name="EndedConsents">Kept whole: what ended may yet be declared to have been entered in error.</param>
public sealed record HouseholdState(
    HouseholdDetails? Details,
    [Count(HouseholdState.MembersEverMax)] ImmutableSortedDictionary<GrainKey, Member> Members,
    [Count(HouseholdState.MembersEverMax)] ImmutableSortedSet<GrainKey> FormerMembers,
    [Count(HouseholdState.ConsentsMax)] ImmutableSortedDictionary<GrainKey, Consent> Consents,
    [Count(HouseholdState.ConsentsEverMax)] ImmutableSortedDictionary<GrainKey, Consent> EndedConsents,
    [Count(HouseholdState.WithdrawalsMax)] ImmutableArray<Withdrawal> Withdrawals) : GrainState
{
    public const int MembersMax = 64;
    public const int MembersEverMax = 256;
    public const int ConsentsMax = 1024;
    public const int ConsentsEverMax = 4096;
    public const int WithdrawalsMax = 1024;

    public static readonly HouseholdState Initial = new(
        null, ImmutableSortedDictionary<GrainKey, Member>.Empty, [],
        ImmutableSortedDictionary<GrainKey, Consent>.Empty,
        ImmutableSortedDictionary<GrainKey, Consent>.Empty, []);
}
