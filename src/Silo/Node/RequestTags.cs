using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace Exchange.Silo.Node;

/// <summary>
/// Says on a request's span by which route it came and what became of it: the web server says neither. Only where
/// spans are exported.
/// </summary>
internal static class RequestTags
{
    private const int FirstFault = 500;

    /// <summary>Puts it in front of what answers requests.</summary>
    internal static void Use(WebApplication web)
    {
        if (TraceExport.IsAsked(web.Configuration))
        {
            web.Use(InvokeAsync);
        }
    }

    private static async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        await next(http);
        if (http.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } request)
        {
            var status = http.Response.StatusCode;
            _ = request.SetTag("http.response.status_code", status).SetTag(
                "http.route", http.GetEndpoint()?.Metadata.GetMetadata<IRouteDiagnosticsMetadata>()?.Route);
            if (status >= FirstFault)
            {
                _ = request.SetTag("error.type", status.ToString(CultureInfo.InvariantCulture))
                    .SetStatus(ActivityStatusCode.Error);
            }
        }
    }
}
