using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace Exchange.Api.Http;

/// <summary>Refuses a request that accepts nothing of what its operation produces.</summary>
internal sealed class Negotiation(RequestDelegate next)
{
    private const double RefusedQuality = 0;

    public Task InvokeAsync(HttpContext http)
    {
        if (http.GetEndpoint() is RouteEndpoint endpoint && http.Request.Headers.Accept.Count > 0)
        {
            var produced = endpoint.Metadata.GetOrderedMetadata<IProducesResponseTypeMetadata>()
                .SelectMany(each => each.ContentTypes).ToList();
            var accepted = http.Request.GetTypedHeaders().Accept;
            if (produced.Count > 0 && accepted.Count > 0 && !produced.Exists(type => IsAccepted(accepted, type)))
            {
                return Problems.Of(Fault.NotAcceptable).ExecuteAsync(http);
            }
        }

        return next(http);
    }

    internal static bool AcceptsGzip(HttpRequest request) => request.GetTypedHeaders().AcceptEncoding.Any(each =>
        each.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) && each.Quality != RefusedQuality);

    private static bool IsAccepted(IList<MediaTypeHeaderValue> accepted, string type) =>
        accepted.Any(each => each.Quality != RefusedQuality
            && MediaTypeHeaderValue.TryParse(type, out var parsed) && IsSubset(parsed, each));

    private static bool IsSubset(MediaTypeHeaderValue produced, MediaTypeHeaderValue accepted) =>
        accepted.MatchesAllTypes
        || (accepted.Type.Equals(produced.Type, StringComparison.OrdinalIgnoreCase)
            && (accepted.MatchesAllSubTypes
                || accepted.SubType.Equals(produced.SubType, StringComparison.OrdinalIgnoreCase)));
}
