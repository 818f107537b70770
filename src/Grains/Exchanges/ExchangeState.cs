namespace Exchange.Grains.Exchanges;

/// <summary>An officer as appointed; a revoked one stays known so that the same pseudonym is never appointed again.</summary>
public sealed record Officer(
    GrainKey Department, DivisionCode Division, Mandate Mandate, Period Term, UnixMilliseconds? RevokedAt);

/// <summary>The state of <c>exchange/self</c>.</summary>
public sealed record ExchangeState(
    ExchangeId? Exchange, [Count(1_000_000)] ImmutableSortedDictionary<GrainKey, Officer> Officers) : GrainState
{
    public static readonly ExchangeState Initial = new(null, ImmutableSortedDictionary<GrainKey, Officer>.Empty);
}
