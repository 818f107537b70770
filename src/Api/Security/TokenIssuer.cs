using System.Security.Claims;
using Exchange.Signing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Exchange.Api.Security;

/// <summary>Makes the node's tokens: JWT with ES256, signed by the node's own key.</summary>
public sealed class TokenIssuer(TokenSigningKey key, ExchangeId exchange, ApiOptions options, TimeProvider time)
{
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>The <c>iss</c> of a node's tokens: an exchange's token is worth nothing at another exchange.</summary>
    public static string IssuerOf(ExchangeId exchange) => $"exchange:{exchange}";

    /// <summary>Makes a token.</summary>
    /// <param name="lifetime">How long it is good; the node's default where nothing is said.</param>
    /// <exception cref="ArgumentException">The role cannot have that subject.</exception>
    public string Issue(
        Role role, ChainId subject, ChainId? onBehalfOf = null, string? person = null, TimeSpan? lifetime = null)
    {
        if (!TokenSubject.Fits(role, subject, onBehalfOf))
        {
            throw new ArgumentException(
                role == Role.Officer && onBehalfOf is null
                    ? "An officer names the department that the officer acts on behalf of: department/KEY."
                    : $"A {TokenSubject.NameOf(role)} cannot be {subject}; only an officer acts for a department.",
                nameof(subject));
        }

        if (!TokenSubject.IsPerson(person))
        {
            throw new ArgumentException("A person is 1 to 64 ASCII letters, digits, '-', '_' or '.'.", nameof(person));
        }

        using var signer = System.Security.Cryptography.ECDsa.Create();
        signer.ImportPkcs8PrivateKey(key.ExportPkcs8(), out _);
        var now = time.GetUtcNow().UtcDateTime;
        var claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            [JwtRegisteredClaimNames.Sub] = subject.ToString(),
            [TokenClaims.Role] = TokenSubject.NameOf(role),
        };
        if (onBehalfOf is { } party)
        {
            claims[TokenClaims.OnBehalfOf] = party.ToString();
        }

        if (person is not null)
        {
            claims[TokenClaims.Person] = person;
        }

        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = IssuerOf(exchange),
            Audience = options.Audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + (lifetime ?? options.TokenLifetime),
            Claims = claims,
            SigningCredentials = new SigningCredentials(TokenReader.KeyOf(key, signer), SecurityAlgorithms.EcdsaSha256),
        });
    }
}
