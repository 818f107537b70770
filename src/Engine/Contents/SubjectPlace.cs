namespace Exchange.Engine.Contents;

// family: where a row belongs

/// <summary>Whom a row is about, and by which link that is known. Content is sorted by it.</summary>
/// <param name="Member">The member, in content about members.</param>
/// <param name="Link">The entry of the identifier that made the link.</param>
internal sealed record SubjectPlace(
    GrainKey Household, GrainKey? Member, GrainKey Identifier, EntryIndex Link) : IComparable<SubjectPlace>
{
    public int CompareTo(SubjectPlace? other)
    {
        if (other is null)
        {
            return 1;
        }

        var order = Household.CompareTo(other.Household);
        order = order != 0 ? order : Nullable.Compare(Member, other.Member);
        return order != 0 ? order : Identifier.CompareTo(other.Identifier);
    }

    public static bool operator <(SubjectPlace left, SubjectPlace right) => left.CompareTo(right) < 0;

    public static bool operator >(SubjectPlace left, SubjectPlace right) => left.CompareTo(right) > 0;

    public static bool operator <=(SubjectPlace left, SubjectPlace right) => left.CompareTo(right) <= 0;

    public static bool operator >=(SubjectPlace left, SubjectPlace right) => left.CompareTo(right) >= 0;
}

/// <summary>A row with its place and its number in the upload, which keeps the order of one subject's rows.</summary>
internal readonly record struct PlacedRow(SubjectPlace Place, long Number, ReadOnlyMemory<byte> Row)
{
    internal int CompareTo(PlacedRow other)
    {
        var order = ReferenceEquals(Place, other.Place) ? 0 : Place.CompareTo(other.Place);
        return order != 0 ? order : Number.CompareTo(other.Number);
    }
}
