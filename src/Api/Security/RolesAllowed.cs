namespace Exchange.Api.Security;

/// <summary>Who may call an operation. An operation without this is nobody's: the gate denies by default.</summary>
public sealed record RolesAllowed(ImmutableArray<Role> Roles, bool Anonymous)
{
    /// <summary>The names as documents show them.</summary>
    public IEnumerable<string> Names =>
        Roles.Select(TokenSubject.NameOf).Concat(Anonymous ? ["anonymous"] : Enumerable.Empty<string>());
}
