using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Exchange.Silo.Node;

/// <summary>
/// Cuts the requests that are still open some time after the node was told to stop, so that what else has to end has
/// its time too: a silo hands its grains over only after the last request.
/// </summary>
internal sealed class RequestsCut : IDisposable
{
    /// <summary>How long open requests have.</summary>
    internal static readonly TimeSpan After = TimeSpan.FromSeconds(25);

    // A silo that leaves because it cannot serve has less time for all of it.
    private static readonly TimeSpan AfterWhereUnfit = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _cut = new();
    private readonly CancellationTokenRegistration _stopping;

    private RequestsCut(WebApplication web) => _stopping = web.Lifetime.ApplicationStopping.Register(
        () => _cut.CancelAfter(ClusterSeam.IsGivenUp(web.Services) ? AfterWhereUnfit : After));

    /// <summary>Puts it in front of everything.</summary>
    internal static void Use(WebApplication web)
    {
        var cut = new RequestsCut(web);
        _ = web.Lifetime.ApplicationStopped.Register(cut.Dispose);
        web.Use(cut.InvokeAsync);
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _cut.Dispose();
    }

    private async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        await using var registration = _cut.Token.Register(http.Abort);
        await next(http);
    }
}
