namespace Exchange.Grains.Households;

/// <summary>What changes in the tables of households and consents between two states.</summary>
internal static class HouseholdRowChanges
{
    internal static ImmutableArray<RowChange> Of(
        HouseholdState before, HouseholdState after, ImmutableArray<Event> events, EntryPlace place)
    {
        var changes = ImmutableArray.CreateBuilder<RowChange>();
        if (after.Details is { } details && (before.Details != details || !HasSameMembers(before, after)))
        {
            changes.Add(new RowChange.Upsert(new HouseholdRow(place.Chain, details, MembersOf(after))));
        }

        if (!ReferenceEquals(before.Consents, after.Consents)
            || !ReferenceEquals(before.EndedConsents, after.EndedConsents))
        {
            if (OnlyOneGiven(events) is { } given)
            {
                changes.Add(new RowChange.Upsert(new ConsentRow(place.Chain, after.Consents[given])));
            }
            else
            {
                AddConsents(changes, before, after, place);
            }
        }

        return changes.ToImmutable();
    }

    private static bool HasSameMembers(HouseholdState before, HouseholdState after) =>
        ReferenceEquals(before.Members, after.Members) && ReferenceEquals(before.FormerMembers, after.FormerMembers);

    // By far the most entries of a household: its other consents need not be looked at, however many there are.
    private static GrainKey? OnlyOneGiven(ImmutableArray<Event> events) =>
        events is [ConsentGiven { Supersedes: null } given] ? given.Consent : null;

    private static void AddConsents(
        ImmutableArray<RowChange>.Builder changes, HouseholdState before, HouseholdState after, EntryPlace place)
    {
        AddChanged(changes, before.EndedConsents, after.EndedConsents, place);
        AddChanged(changes, before.Consents, after.Consents, place);
    }

    private static void AddChanged(
        ImmutableArray<RowChange>.Builder changes, ImmutableSortedDictionary<GrainKey, Consent> before,
        ImmutableSortedDictionary<GrainKey, Consent> after, EntryPlace place)
    {
        if (ReferenceEquals(before, after))
        {
            return;
        }

        foreach (var (id, consent) in after)
        {
            if (!ReferenceEquals(before.GetValueOrDefault(id), consent))
            {
                changes.Add(new RowChange.Upsert(new ConsentRow(place.Chain, consent)));
            }
        }
    }

    private static ImmutableArray<MemberView> MembersOf(HouseholdState state) =>
    [
        .. state.Members.Select(m => new MemberView(
            m.Key, m.Value.Adult, m.Value.BirthYear, m.Value.Guardians, m.Value.Details, Left: false)),
        .. state.FormerMembers.Select(id => new MemberView(id, Adult: false, null, [], null, Left: true)),
    ];
}
