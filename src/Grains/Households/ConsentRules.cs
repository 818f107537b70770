namespace Exchange.Grains.Households;

/// <summary>
/// Whether a consent is live, and what it covers: computed from its state and a moment, to the millisecond, and the
/// same for decisions, queries, delivery and audit.
/// </summary>
public static class ConsentRules
{
    /// <summary>An unconfirmed recording lapses this many days after it was entered.</summary>
    public const int LapseDays = 60;

    private const long LapseMilliseconds = LapseDays * 86_400_000L;

    /// <summary>
    /// Since when a consent authorises: its start or its confirmation, whichever is later; never unconfirmed.
    /// </summary>
    public static UnixMilliseconds? LiveFrom(Consent consent) => consent.ConfirmedAt is { } confirmed
        ? UnixMilliseconds.Max(consent.Terms.Validity.From, confirmed)
        : null;

    /// <summary>
    /// The first moment a consent no longer authorises: its end, or its ending where that came first.
    /// </summary>
    public static UnixMilliseconds LiveUntil(Consent consent) =>
        consent.EndedAt is { } ended && ended < consent.Terms.Validity.Until ? ended : consent.Terms.Validity.Until;

    /// <summary>Whether a consent authorises at a moment; the end is excluded.</summary>
    public static bool IsLive(Consent consent, UnixMilliseconds time) =>
        LiveFrom(consent) is { } from && from <= time && time < LiveUntil(consent);

    /// <summary>When a recording lapses if nobody confirms it.</summary>
    public static UnixMilliseconds LapsesAt(Consent consent) => new(consent.RecordedAt.Value + LapseMilliseconds);

    public static bool IsLapsed(Consent consent, UnixMilliseconds time) =>
        consent is { Status: ConsentStatus.Recorded, EndedAt: null } && LapsesAt(consent) <= time;

    public static bool IsExpired(Consent consent, UnixMilliseconds time) => consent.Terms.Validity.Until <= time;

    /// <summary>Whether a consent is live and covers a use of one row's data.</summary>
    public static bool Permits(
        Consent consent, ConsentUse use, ImmutableSortedDictionary<GrainKey, Member> members, UnixMilliseconds time) =>
        IsLive(consent, time) && Covers(consent, use, members, time);

    /// <summary>
    /// Whether a consent covers a use, apart from being live. The members are those of the household at the time
    /// judged.
    /// </summary>
    public static bool Covers(
        Consent consent, ConsentUse use, ImmutableSortedDictionary<GrainKey, Member> members, UnixMilliseconds time) =>
        CoversSubject(consent, use, members, time) && CoversColumns(consent, use.Columns);

    /// <summary>Whether a consent covers everything of a use but perhaps the columns: why a row is withheld.</summary>
    public static bool CoversSubject(
        Consent consent, ConsentUse use, ImmutableSortedDictionary<GrainKey, Member> members, UnixMilliseconds time) =>
        consent.Terms.Recipient == use.Recipient
        && consent.Terms.Dataset == use.Dataset
        && consent.Terms.Purposes.Contains(use.Purpose)
        && (use.Member is { } member
            ? CoversMember(consent, member, members, time)
            : CoversHousehold(consent, members, time));

    public static bool CoversColumns(Consent consent, ImmutableSortedSet<ColumnName> columns) =>
        columns.IsSubsetOf(consent.Terms.Columns);

    /// <summary>
    /// Data about the household as one is data about all its adults: a consent of the whole household covers it only
    /// while each of them gave or authorised it.
    /// </summary>
    private static bool CoversHousehold(
        Consent consent, ImmutableSortedDictionary<GrainKey, Member> members, UnixMilliseconds time)
    {
        if (!consent.Terms.Members.IsEmpty)
        {
            return false;
        }

        foreach (var (id, member) in members)
        {
            if (Ages.IsAdult(member, time) && !SpokeFor(consent, id))
            {
                return false;
            }
        }

        return true;
    }

    private static bool CoversMember(
        Consent consent, GrainKey id, ImmutableSortedDictionary<GrainKey, Member> members, UnixMilliseconds time) =>
        (consent.Terms.Members.IsEmpty || consent.Terms.Members.Contains(id))
        && members.TryGetValue(id, out var member)
        && IsSpokenFor(id, member, time, key => SpokeFor(consent, key));

    /// <summary>
    /// Whether those who speak can speak for a member: an adult for itself alone; a minor's guardian for the minor;
    /// from fourteen on also the minor itself.
    /// </summary>
    internal static bool IsSpokenFor(GrainKey id, Member member, UnixMilliseconds time, Predicate<GrainKey> speaks) =>
        Ages.IsAdult(member, time)
            ? speaks(id)
            : member.Guardians.Any(guardian => speaks(guardian))
                || (!Ages.IsUnderFourteen(member, time) && speaks(id));

    private static bool SpokeFor(Consent consent, GrainKey member) =>
        consent.Giver == member || consent.AuthorisedBy.Contains(member);
}
