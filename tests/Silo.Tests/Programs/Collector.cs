using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Exchange.Silo.Tests.Programs;

/// <summary>A collector of traces that keeps the bytes it is sent, as OTLP over HTTP brings them.</summary>
public sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _web;
    private readonly ConcurrentQueue<string> _received = new();
    private readonly ConcurrentQueue<string> _tenants = new();

    private Collector(WebApplication web) => _web = web;

    /// <summary>What a node's environment says of it.</summary>
    public Dictionary<string, string> Environment => EnvironmentFor(new(_web.Urls.First()));

    /// <summary>All bytes so far, each as one character, so that texts and ids are found among them.</summary>
    public string Received => string.Concat(_received);

    /// <summary>What came in the header that the environment asks for.</summary>
    public IReadOnlyCollection<string> Tenants => _tenants;

    public static async Task<Collector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var web = builder.Build();
        web.Urls.Add("http://127.0.0.1:0");
        var collector = new Collector(web);
        web.MapPost("/v1/traces", collector.TakeAsync);
        await web.StartAsync();
        return collector;
    }

    /// <summary>The environment of a node that exports to an address, whoever is there.</summary>
    public static Dictionary<string, string> EnvironmentFor(Uri address) => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = address.GetLeftPart(UriPartial.Authority),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_EXPORTER_OTLP_HEADERS"] = "x-tenant=province",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        ["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment.name=tested",
    };

    /// <summary>A text as it stands among the bytes.</summary>
    public static string AsReceived(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    public ValueTask DisposeAsync() => _web.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        _tenants.Enqueue(http.Request.Headers["x-tenant"].ToString());
        _received.Enqueue(AsReceived(body.ToArray()));
        http.Response.ContentType = "application/x-protobuf";
    }
}
