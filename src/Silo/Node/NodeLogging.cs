using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Exchange.Silo.Node;

/// <summary>A host that listens on one address and logs one line per event to standard error.</summary>
internal static class NodeLogging
{
    internal static WebApplicationBuilder CreateBuilder(Uri url)
    {
        // The working directory may be the root of the machine, and whoever watches settings watches all below it:
        // they are looked for beside the program, once.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            Args = ["--hostBuilder:reloadConfigOnChange=false"],
        });
        builder.Services.AddSingleton<IHostLifetime, CallersLifetime>();
        builder.WebHost.UseUrls(url.GetLeftPart(UriPartial.Authority));
        builder.WebHost.UseKestrelHttpsConfiguration();
        Configure(builder.Logging);
        return builder;
    }

    /// <summary>A logger for what happens before the host exists.</summary>
    internal static ILogger CreateStartLogger() => LoggerFactory.Create(Configure).CreateLogger("Exchange");

    // Standard output belongs to what a program says; requests are not logged, for their paths name households.
    private static void Configure(ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
        });
        logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Orleans", LogLevel.Warning);

        // What makes a node not ready is told by the store when it begins and ends, not at each probe.
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);

        // A start that fails is told once, by the program itself and without a stack trace.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
    }

    /// <summary>The host hears no signals of its own: who made the node says when it ends.</summary>
    private sealed class CallersLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
