using Exchange.Api.Sealing;
using Exchange.Api.Security;
using Exchange.Api.Telemetry;
using Exchange.Engine;
using Exchange.Engine.Contents;
using Exchange.Engine.Delivery;
using Exchange.Engine.Evidence;
using Exchange.Engine.Hosting;
using Exchange.Engine.Leases;
using Exchange.Engine.Ports;
using Exchange.Engine.Secrets;
using Exchange.Ledger;
using Exchange.Signing;
using Exchange.Store.Contents;
using Exchange.Store.Memory;
using Exchange.Store.Sqlite;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Exchange.Api.Tests;

// family: a node for tests

/// <summary>What a test wants of its node.</summary>
internal sealed record TestNodeParts
{
    /// <summary>Whether it stands on SQLite and a directory, as a real one does, or on memory.</summary>
    internal bool OnDisk { get; init; }

    /// <summary>The clock of entries.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Puts something between the exchange and its ledger.</summary>
    internal Func<ILedgerStore, ILedgerStore> Ledger { get; init; } = store => store;

    internal DeliveryOptions Deliveries { get; init; } = new();

    /// <summary>What the store in memory says of itself, where a test has a say.</summary>
    internal MemoryHealth? Health { get; init; }

    /// <summary>The clock that paces deliveries.</summary>
    internal TimeProvider Pace { get; init; } = TimeProvider.System;
}

/// <summary>A whole node on a free port.</summary>
public sealed class TestNode : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly NodeSecrets _secrets;
    private readonly EvidenceWorks _evidence;
    private readonly SqliteStore? _store;

    private TestNode(
        WebApplication app, EmbeddedExchange exchange, NodeSecrets secrets, EvidenceWorks evidence, SqliteStore? store,
        string folder)
    {
        (_app, Exchange, _secrets, _evidence, _store, Folder) = (app, exchange, secrets, evidence, store, folder);
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()), Timeout = TimeSpan.FromSeconds(100) };
        Issuer = new(secrets.Tokens, exchange.Id, app.Services.GetRequiredService<ApiOptions>(), TimeProvider.System);
    }

    public HttpClient Http { get; }

    public EmbeddedExchange Exchange { get; }

    public TokenIssuer Issuer { get; }

    /// <summary>Everything that the node keeps on disk.</summary>
    internal string Folder { get; }

    internal ILedgerStore Ledger { get; private init; } = null!;

    internal IRowStore Rows { get; private init; } = null!;

    internal IContentStore Contents { get; private init; } = null!;

    /// <summary>The deliveries as another run of the node would have them.</summary>
    internal Deliveries NextRun { get; private init; } = null!;

    /// <summary>The store's clock of leases; the nodes' own stand still, so none loses its run by itself.</summary>
    internal StoppedClock LeaseClock { get; private init; } = null!;

    /// <summary>The faults of the store in memory.</summary>
    internal MemoryFaults Faults { get; private init; } = null!;

    internal KeptLog Log { get; private init; } = null!;

    public static Task<TestNode> StartAsync(ApiOptions? options = null) => StartAsync(new(), options);

    internal static async Task<TestNode> StartAsync(TestNodeParts parts, ApiOptions? options = null)
    {
        var readings = MeterReadings.Start();
        var folder = Directory.CreateTempSubdirectory("exchange-api-tests-").FullName;
        var log = new KeptLog();
        var memory = new MemoryLedgerStore();
        var store = parts.OnDisk
            ? SqliteStore.Open(new() { Directory = folder }, log)
            : null;
        var ledger = parts.Ledger(store?.Ledger ?? memory);
        var rows = store?.Rows ?? new MemoryRowStore(memory);
        var secretStore = store?.Secrets ?? new MemorySecretStore();
        var snapshots = store?.Snapshots ?? new MemorySnapshotStore();
        IContentStore contents = parts.OnDisk ? DirectoryContentStore.Open(folder) : new MemoryContentStore();
        var master = MasterKey.Create();
        var secrets = await NodeSecrets.LoadAsync(secretStore, master, CancellationToken.None);
        var exchange = await EmbeddedExchange.OpenAsync(
            new(ledger, snapshots, secrets.Salt, secrets.Tokens.Id, parts.Clock) { Logger = log },
            CancellationToken.None);
        var keys = new SubjectKeys(secretStore, master);
        var evidence = new EvidenceWorks(new(
            exchange.Id, ledger, contents, folder, TimeProvider.System, log));
        var leaseClock = new StoppedClock();
        var leases = new MemoryLeaseStore(leaseClock);
        async Task<Deliveries> RunAsync() => new(
            await NodeRun.BeginAsync(leases, NodeRun.NewName, new StoppedClock(), log, CancellationToken.None),
            exchange, rows, contents, keys, secrets.ForContent, exchange.Clock.ReadTimeAsync, parts.Deliveries,
            parts.Pace, log);

        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Trace);
        builder.Services.AddSingleton(_ => readings);
        builder.Services.AddExchangeApi(options)
            .AddSingleton<IExchange>(exchange)
            .AddSingleton(exchange.Clock)
            .AddSingleton<IRowStore>(rows)
            .AddSingleton<ILedgerStore>(ledger)
            .AddSingleton(
                store?.Health ?? parts.Health ?? new MemoryHealth(TimeProvider.System, memory.Faults))
            .AddSingleton<IContentStore>(contents)
            .AddSingleton<ISubjectKeys>(keys)
            .AddSingleton(secrets.Tokens)
            .AddSingleton(new EdgeSecrets(secrets.Ids, secrets.Identifiers))
            .AddSingleton<IContentUploads>(new ContentUploads(
                exchange, rows, contents, keys, secrets.ForContent, new UploadOptions { SpoolFolder = folder }))
            .AddSingleton<IDeliveries>(await RunAsync())
            .AddSingleton<IEvidence>(evidence);
        var app = builder.Build().MapExchangeApi();
        await app.StartAsync();
        return new(app, exchange, secrets, evidence, store, folder)
        {
            Ledger = ledger,
            Rows = rows,
            Contents = contents,
            Log = log,
            Faults = memory.Faults,
            NextRun = await RunAsync(),
            LeaseClock = leaseClock,
        };
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
        _store?.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
