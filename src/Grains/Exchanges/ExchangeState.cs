namespace Exchange.Grains.Exchanges;

// family: the state of the exchange

/// <summary>
/// An officer as appointed; a revoked one stays known so that the same pseudonym is never appointed again.
/// </summary>
/// <param name="Name">Sealed; kept because the officer's row is derived from the state.</param>
public sealed record Officer(
    GrainKey Department, DivisionCode Division, Mandate Mandate, Period Term, UnixMilliseconds? RevokedAt,
    SealedView? Name);

/// <summary>The state of <c>exchange/self</c>.</summary>
public sealed record ExchangeState(
    ExchangeId? Exchange,
    [Count(ExchangeState.OfficersMax)] ImmutableSortedDictionary<GrainKey, Officer> Officers) : GrainState
{
    public const int OfficersMax = 250_000;

    public static readonly ExchangeState Initial = new(null, ImmutableSortedDictionary<GrainKey, Officer>.Empty);
}
