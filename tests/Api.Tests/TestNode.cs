using System.Collections.Concurrent;
using Exchange.Api.Sealing;
using Exchange.Api.Security;
using Exchange.Engine;
using Exchange.Engine.Contents;
using Exchange.Engine.Delivery;
using Exchange.Engine.Evidence;
using Exchange.Engine.Hosting;
using Exchange.Engine.Ports;
using Exchange.Engine.Secrets;
using Exchange.Ledger;
using Exchange.Signing;
using Exchange.Store.Memory;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exchange.Api.Tests;

/// <summary>A whole node on a free port, over stores in memory.</summary>
public sealed class TestNode : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly NodeSecrets _secrets;
    private readonly EvidenceWorks _evidence;
    private readonly string _folder;

    private TestNode(
        WebApplication app, EmbeddedExchange exchange, NodeSecrets secrets, EvidenceWorks evidence, string folder)
    {
        (_app, Exchange, _secrets, _evidence, _folder) = (app, exchange, secrets, evidence, folder);
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()), Timeout = TimeSpan.FromSeconds(100) };
        Issuer = new(secrets.Tokens, exchange.Id, app.Services.GetRequiredService<ApiOptions>(), TimeProvider.System);
    }

    public HttpClient Http { get; }

    public EmbeddedExchange Exchange { get; }

    public TokenIssuer Issuer { get; }

    internal MemoryLedgerStore Ledger { get; private init; } = null!;

    internal ConcurrentQueue<string> LogLines { get; private init; } = null!;

    public static async Task<TestNode> StartAsync(ApiOptions? options = null)
    {
        var folder = Directory.CreateTempSubdirectory("exchange-api-tests-").FullName;
        var ledger = new MemoryLedgerStore();
        var rows = new MemoryRowStore(ledger);
        var contents = new MemoryContentStore();
        var secretStore = new MemorySecretStore();
        var master = MasterKey.Create();
        var secrets = await NodeSecrets.LoadAsync(secretStore, master, CancellationToken.None);
        var exchange = await EmbeddedExchange.OpenAsync(
            new(ledger, new MemorySnapshotStore(), secrets.Salt, secrets.Tokens.Id, TimeProvider.System),
            CancellationToken.None);
        var keys = new SubjectKeys(secretStore, master);
        var lines = new ConcurrentQueue<string>();
        var evidence = new EvidenceWorks(new(
            exchange.Id, ledger, contents, folder, TimeProvider.System, NullLogger.Instance));
        var deliveries = new Deliveries(
            GrainKey.Parse("run-" + Guid.NewGuid().ToString("n")), exchange, rows, contents, keys, secrets.ForContent,
            exchange.Clock.ReadTime, new DeliveryOptions(), TimeProvider.System, NullLogger.Instance);

        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(new KeptLines(lines)).SetMinimumLevel(LogLevel.Trace);
        builder.Services.AddExchangeApi(options)
            .AddSingleton<IExchange>(exchange)
            .AddSingleton<IRowStore>(rows)
            .AddSingleton<ILedgerStore>(ledger)
            .AddSingleton<IContentStore>(contents)
            .AddSingleton<ISubjectKeys>(keys)
            .AddSingleton(secrets.Tokens)
            .AddSingleton(new EdgeSecrets(secrets.Ids, secrets.Identifiers))
            .AddSingleton<IContentUploads>(new ContentUploads(
                exchange, rows, contents, keys, secrets.ForContent, new UploadOptions { SpoolFolder = folder }))
            .AddSingleton<IDeliveries>(deliveries)
            .AddSingleton<IEvidence>(evidence);
        var app = builder.Build().MapExchangeApi();
        await app.StartAsync();
        return new(app, exchange, secrets, evidence, folder) { Ledger = ledger, LogLines = lines };
    }

    /// <summary>Somebody with a good token.</summary>
    public Client As(string subject, string? onBehalfOf = null, string? person = null)
    {
        var party = ChainId.Parse(subject);
        var role = Enum.Parse<Role>(party.Kind.ToString());
        ChainId? behalf = onBehalfOf is null ? null : ChainId.Parse(onBehalfOf);
        return new(Http, Issuer.Issue(role, party, behalf, person));
    }

    public Client WithToken(string? token) => new(Http, token);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        await _evidence.DisposeAsync();
        await Exchange.DisposeAsync();
        _secrets.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private sealed class KeptLines(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose() => lines.Enqueue("end");
    }
}
