namespace Exchange.Grains.Households;

// family: members

/// <summary>A person as entered. A minor has a birth year in clear and guardians; details are sealed.</summary>
public sealed record NewMember(
    GrainKey Id, bool Adult, int? BirthYear, SealedText? Details, [Count(4)] ImmutableArray<GrainKey> Guardians);

/// <summary>A member in the state: who is adult is computed at the time judged.</summary>
/// <param name="Details">Sealed; kept because the household's row is derived from the state.</param>
public sealed record Member(
    bool Adult, int? BirthYear, [Count(4)] ImmutableArray<GrainKey> Guardians, SealedView? Details);
