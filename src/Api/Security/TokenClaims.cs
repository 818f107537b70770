namespace Exchange.Api.Security;

/// <summary>The names of the claims that are our own.</summary>
internal static class TokenClaims
{
    internal const string Role = "role";
    internal const string Person = "person";
    internal const string OnBehalfOf = "on_behalf_of";
}
