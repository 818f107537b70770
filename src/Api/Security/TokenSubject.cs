using System.Collections.Frozen;

namespace Exchange.Api.Security;

/// <summary>
/// Which subjects a role may have. Processes, the node and the exchange itself are none: no token carries them.
/// </summary>
public static class TokenSubject
{
    /// <summary>The greatest length of a person's opaque id.</summary>
    public const int PersonLengthMax = 64;

    private static readonly FrozenDictionary<Role, GrainKind> KindsByRole = new Dictionary<Role, GrainKind>
    {
        [Role.Operator] = GrainKind.Operator,
        [Role.Department] = GrainKind.Department,
        [Role.Officer] = GrainKind.Officer,
        [Role.Household] = GrainKind.Household,
        [Role.Buyer] = GrainKind.Buyer,
        [Role.Regulator] = GrainKind.Regulator,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, Role> RolesByName =
        KindsByRole.Keys.ToFrozenDictionary(NameOf, role => role, StringComparer.Ordinal);

    /// <summary>The roles that a token can carry.</summary>
    public static IEnumerable<Role> Roles => KindsByRole.Keys.Order();

    /// <summary>The name of a role in tokens and documents.</summary>
    public static string NameOf(Role role) => role switch
    {
        Role.Operator => "operator",
        Role.Department => "department",
        Role.Officer => "officer",
        Role.Household => "household",
        Role.Buyer => "buyer",
        Role.Regulator => "regulator",
        _ => "none",
    };

    /// <summary>Reads a role by its name.</summary>
    public static bool TryParseRole(string? text, out Role role) =>
        RolesByName.TryGetValue(text ?? "", out role);

    /// <summary>
    /// Whether the parts of a token fit together: an officer acts for a department, nobody else for anybody.
    /// </summary>
    public static bool Fits(Role role, ChainId subject, ChainId? onBehalfOf) =>
        KindsByRole.TryGetValue(role, out var kind) && subject.Kind == kind
        && (role == Role.Officer ? onBehalfOf is { Kind: GrainKind.Department } : onBehalfOf is null);

    /// <summary>Whether a person's opaque id may stand on a chain.</summary>
    public static bool IsPerson(string? person) =>
        person is null || (person.Length is > 0 and <= PersonLengthMax
            && person.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'));
}
