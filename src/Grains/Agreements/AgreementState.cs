namespace Exchange.Grains.Agreements;

// family: the state of an agreement

/// <summary>States as in the Dataspace Protocol.</summary>
public enum AgreementStatus
{
    Requested = 1,
    Agreed = 2,
    Finalized = 3,
    Terminated = 4,
}

public enum RegistrationStatus
{
    Open = 1,
    Parked = 2,
    Closed = 3,
}

/// <summary>A delivery that runs.</summary>
/// <param name="Columns">What it delivers: all columns agreed, or fewer.</param>
public sealed record RunningDelivery(
    GrainKey Delivery, GrainKey Run, GrainKey Revision, EntryIndex Entry, UnixMilliseconds StartedAt,
    [Count(512)] ImmutableSortedSet<ColumnName> Columns);

/// <summary>The state of an agreement; ended deliveries have left it but for their ids.</summary>
public sealed record AgreementState(
    AgreementTerms? Terms, AgreementStatus? Status, RunningDelivery? Running,
    ImmutableSortedDictionary<RegistrationStep, RegistrationStatus> Registrations,
    [Count(1_000_000)] ImmutableSortedSet<GrainKey> Ended) : GrainState
{
    public static readonly AgreementState Initial = new(
        null, null, null, ImmutableSortedDictionary<RegistrationStep, RegistrationStatus>.Empty, []);
}
