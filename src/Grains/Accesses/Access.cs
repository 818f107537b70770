namespace Exchange.Grains.Accesses;

// family: access to histories: commands, events, state

/// <summary>A command to a regulator's record of access.</summary>
public abstract record AccessCommand : Command
{
    private protected AccessCommand()
    {
    }
}

/// <summary>An event of a regulator's record of access.</summary>
public abstract record AccessEvent : Event
{
    private protected AccessEvent()
    {
    }
}

/// <summary>What a regulator did.</summary>
public enum AccessOperation
{
    Read = 1,
    Replay = 2,
    Audit = 3,
    Export = 4,
}

/// <summary>Records that a regulator read or exported histories of households.</summary>
/// <param name="Household">The household, where it was one; the list is content otherwise.</param>
/// <param name="Households">The digest (tag 0x19) of the sorted list of households.</param>
[Wire(901)]
public sealed record RecordAccess(
    [Text(64)] string CaseNumber, AccessOperation Operation, GrainKey? Household, Digest Households, long Count)
    : AccessCommand;

[Wire(901)]
public sealed record AccessRecorded(
    [Text(64)] string CaseNumber, AccessOperation Operation, GrainKey? Household, Digest Households, long Count)
    : AccessEvent;

/// <summary>The content that <see cref="RecordAccess.Households"/> names.</summary>
public sealed record AccessedHouseholds([Count(16_000_000)] ImmutableSortedSet<GrainKey> Households);

/// <summary>The state of a record of access: it decides nothing by its past.</summary>
public sealed record AccessState : GrainState
{
    public static readonly AccessState Initial = new();
}
