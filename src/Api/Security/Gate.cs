using Exchange.Grains.Buyers;
using Exchange.Grains.Exchanges;
using Microsoft.Net.Http.Headers;

namespace Exchange.Api.Security;

/// <summary>
/// Lets a request pass only where its token is good, its subject is in force, and the operation names its role.
/// </summary>
internal sealed class Gate(RequestDelegate next)
{
    private const string Bearer = "Bearer ";

    public async Task InvokeAsync(HttpContext http, TokenReader tokens, IRowStore rows, TimeProvider time)
    {
        // What routing itself answers (404, 405, 415) says nothing about anybody.
        if (http.GetEndpoint() is not RouteEndpoint endpoint)
        {
            await next(http);
            return;
        }

        var allowed = endpoint.Metadata.GetMetadata<RolesAllowed>();
        if (http.Request.Headers.Authorization.Count == 0 && allowed is { Anonymous: true })
        {
            await next(http);
            return;
        }

        var caller = await ReadCallerAsync(http, tokens);
        if (caller is null || !await IsInForceAsync(caller, rows, time, http.RequestAborted))
        {
            http.Response.Headers[HeaderNames.WWWAuthenticate] =
                http.Request.Headers.Authorization.Count == 0 ? "Bearer" : "Bearer error=\"invalid_token\"";
            await Problems.Of(Fault.TokenInvalid).ExecuteAsync(http);
            return;
        }

        if (allowed is null || !(allowed.Anonymous || allowed.Roles.Contains(caller.Role)))
        {
            await Problems.Of(Fault.RoleNotAllowed).ExecuteAsync(http);
            return;
        }

        http.Features.Set(caller);
        await next(http);
    }

    private static async ValueTask<Caller?> ReadCallerAsync(HttpContext http, TokenReader tokens)
    {
        var header = http.Request.Headers.Authorization;
        return header.Count == 1 && header[0] is { } text && text.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? await tokens.ReadAsync(text[Bearer.Length..].Trim())
            : null;
    }

    /// <summary>
    /// A suspended buyer's and a revoked officer's tokens end at once, so the rows are asked every time.
    /// </summary>
    private static async ValueTask<bool> IsInForceAsync(
        Caller caller, IRowStore rows, TimeProvider time, CancellationToken cancellationToken)
    {
        if (caller.Role == Role.Buyer)
        {
            var row = await rows.FindAsync(RowTable.Buyer, caller.Subject, "", cancellationToken);
            return row is not BuyerRow { Status: BuyerStatus.Suspended };
        }

        if (caller.Role != Role.Officer)
        {
            return true;
        }

        var key = caller.Subject.Key.Value;
        var now = new UnixMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        return await rows.FindAsync(RowTable.Officer, GrainCatalog.Self, key, cancellationToken) is OfficerRow officer
            && officer.Officer.RevokedAt is null && officer.Officer.Term.Contains(now)
            && officer.Officer.Department == caller.OnBehalfOf?.Key;
    }
}
