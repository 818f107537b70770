using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Exchange.Signing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Exchange.Api.Security;

/// <summary>
/// Reads bearer tokens: ES256 by the node's own key, this exchange, this audience, not expired; nothing else.
/// </summary>
public sealed class TokenReader : IDisposable
{
    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    private readonly TokenValidationParameters _parameters;
    private readonly ECDsa _key;
    private readonly Authentication _authentication;
    private readonly TokenCache _cache;
    private readonly TimeProvider _time;

    public TokenReader(TokenSigningKey key, IExchange exchange, ApiOptions options, TimeProvider time)
    {
        _time = time;
        _cache = new(options.TokensCachedMax);
        _authentication = new(key.Id, "jwt-es256");
        _key = EcdsaP256.TryImport(key.PublicKey.Span, out var verifier)
            ? verifier
            : throw new ArgumentException("The node's own key is no P-256 key.", nameof(key));
        _parameters = new TokenValidationParameters
        {
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            ValidTypes = ["JWT"],
            IssuerSigningKey = KeyOf(key, _key),
            TryAllIssuerSigningKeys = false,
            ValidIssuer = TokenIssuer.IssuerOf(exchange.Id),
            ValidAudience = options.Audience,
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            ClockSkew = TimeSpan.Zero,
            LifetimeValidator = IsInForce,
        };
    }

    public void Dispose() => _key.Dispose();

    /// <summary>The caller a token names, or nothing where the token is worth nothing.</summary>
    public async ValueTask<Caller?> ReadAsync(string token)
    {
        var digest = new Digest(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        var now = _time.GetUtcNow();
        if (_cache.TryFind(digest, out var known))
        {
            return now < known.Expires ? known.Caller : null;
        }

        var result = await _handler.ValidateTokenAsync(token, _parameters);
        if (!result.IsValid || result.SecurityToken is not JsonWebToken read || !TryReadCaller(read, out var caller))
        {
            return null;
        }

        _cache.Add(digest, new(caller, new DateTimeOffset(read.ValidTo, TimeSpan.Zero)));
        return caller;
    }

    internal static ECDsaSecurityKey KeyOf(TokenSigningKey key, ECDsa algorithm) => new(algorithm)
    {
        KeyId = key.Id.ToString()[..16],
        // The library would keep providers of keys that were disposed of.
        CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false },
    };

    private bool IsInForce(
        DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        return expires > now && (notBefore is null || notBefore <= now.AddSeconds(5));
    }

    private bool TryReadCaller(JsonWebToken token, [NotNullWhen(true)] out Caller? caller)
    {
        caller = null;
        var person = TextOf(token, TokenClaims.Person);
        var onBehalfOf = TextOf(token, TokenClaims.OnBehalfOf);
        ChainId party = default;
        if (!TokenSubject.TryParseRole(TextOf(token, TokenClaims.Role), out var role)
            || !ChainId.TryParse(TextOf(token, JwtRegisteredClaimNames.Sub), out var subject)
            || (onBehalfOf is not null && !ChainId.TryParse(onBehalfOf, out party))
            || !TokenSubject.Fits(role, subject, onBehalfOf is null ? null : party)
            || !TokenSubject.IsPerson(person))
        {
            return false;
        }

        caller = new(role, subject, onBehalfOf is null ? null : party, person, _authentication);
        return true;
    }

    private static string? TextOf(JsonWebToken token, string claim) =>
        token.TryGetPayloadValue<string>(claim, out var value) ? value : null;
}
