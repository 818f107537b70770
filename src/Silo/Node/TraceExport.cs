using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Exchange.Silo.Node;

/// <summary>
/// Sends the spans of this process to the collector that the environment names. Without one nothing of this is
/// loaded, and nobody listens. A collector that does not answer costs spans and nothing else.
/// </summary>
internal sealed class TraceExport : IDisposable
{
    /// <summary>Where the collector is, by the standard; its other variables are the library's affair.</summary>
    internal const string Variable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    // Off, the web server's spans do not even tell reading from writing. Read when a host is made.
    private const string RequestTagsOff = "Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData";

    // What hangs on a span and cannot be taken off it again: messages of exceptions, and what others wrote.
    private static readonly Dictionary<string, string?> Nothing = new(StringComparer.Ordinal)
    {
        ["OTEL_SPAN_EVENT_COUNT_LIMIT"] = "0",
        ["OTEL_LINK_ATTRIBUTE_COUNT_LIMIT"] = "0",
    };

    private readonly TraceTroubles _troubles;
    private readonly TracerProvider _provider;

    private TraceExport(TraceTroubles troubles, TracerProvider provider) =>
        (_troubles, _provider) = (troubles, provider);

    /// <summary>Whether the environment names a collector.</summary>
    internal static bool IsAsked(IConfiguration environment) => !string.IsNullOrWhiteSpace(environment[Variable]);

    /// <summary>Begins to export, where the environment names a collector.</summary>
    /// <exception cref="NodeStartException">What it names is no address.</exception>
    internal static TraceExport? StartWhereAsked(IConfiguration environment, ILogger logger)
    {
        if (!IsAsked(environment))
        {
            return null;
        }

        // The library would silently take a collector on this machine instead.
        return Uri.TryCreate(environment[Variable], UriKind.Absolute, out var address)
            && address.Scheme is "http" or "https"
            ? Start(environment, logger)
            : throw new NodeStartException(
                $"{Variable} is no address of a collector: expected one such as http://127.0.0.1:4317.");
    }

    /// <summary>Sends what is left, for five seconds at most.</summary>
    public void Dispose()
    {
        _provider.Dispose();
        _troubles.Dispose();
    }

    private static TraceExport Start(IConfiguration environment, ILogger logger)
    {
        AppContext.SetSwitch(RequestTagsOff, isEnabled: false);
        var settings = new ConfigurationBuilder().AddConfiguration(environment).AddInMemoryCollection(Nothing).Build();
        var troubles = new TraceTroubles(logger, TimeProvider.System);
        return new(troubles, Sdk.CreateTracerProviderBuilder()
            .ConfigureServices(services => services.AddSingleton<IConfiguration>(settings))
            .SetResourceBuilder(ResourceBuilder.CreateEmpty()
                .AddService("exchange", serviceVersion: Version())
                .AddTelemetrySdk()
                .AddEnvironmentVariableDetector())
            .AddSource(
                [NamelessSpans.WebServer, Traces.SourceName, Store.Traces.SourceName, .. ClusterSeam.TraceSources])
            .AddProcessor(new NamelessSpans())
            .AddOtlpExporter()
            .Build());
    }

    private static string? Version() => typeof(TraceExport).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
}
