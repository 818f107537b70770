using System.Net.Sockets;
using Exchange.Api;
using Exchange.Api.Sealing;
using Exchange.Api.Security;
using Exchange.Api.Telemetry;
using Exchange.Engine.Contents;
using Exchange.Engine.Delivery;
using Exchange.Engine.Evidence;
using Exchange.Engine.Hosting;
using Exchange.Engine.Ports;
using Exchange.Engine.Processes;
using Exchange.Engine.Secrets;
using Exchange.Signing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Exchange.Silo.Node;

/// <summary>
/// A node on its store: opened, recovered, and only then listening. It ends when it is told to, or when its
/// store no longer knows what it stored.
/// </summary>
public sealed class ExchangeNode : IAsyncDisposable
{
    /// <summary>How long a node may take to stop: open requests have 25 seconds, then they are cut.</summary>
    public static readonly TimeSpan StopTimeMax = TimeSpan.FromSeconds(60);

    // Of it the requests have their part; the rest is for a silo to leave and for the store to close.
    private static readonly TimeSpan HostStopTimeMax = TimeSpan.FromSeconds(50);

    private readonly KeptStore _store;
    private readonly NodeSecrets _secrets;
    private readonly EmbeddedExchange _exchange;
    private readonly NodeLeases _leases;
    private readonly ProcessRunner? _processes;
    private readonly WebApplication _web;
    private readonly ILogger _logger;

    private ExchangeNode(
        KeptStore store, NodeSecrets secrets, EmbeddedExchange exchange, NodeLeases leases, ProcessRunner? processes,
        WebApplication web, ILogger logger)
    {
        (_store, _secrets, _exchange, _leases) = (store, secrets, exchange, leases);
        (_processes, _web, _logger) = (processes, web, logger);
    }

    /// <summary>The grains, wherever they run.</summary>
    public IExchange Exchange => _web.Services.GetRequiredService<IExchange>();

    /// <summary>Makes tokens with the node's own key.</summary>
    public TokenIssuer Tokens => _web.Services.GetRequiredService<TokenIssuer>();

    /// <summary>Where the API listens.</summary>
    public Uri Address => new(_web.Urls.First());

    /// <summary>Opens the data directory, recovers what an earlier run left, and listens.</summary>
    /// <exception cref="NodeStartException">The node cannot start as it is set up.</exception>
    public static async Task<ExchangeNode> StartAsync(NodeOptions options, CancellationToken cancellationToken)
    {
        if (options.Cluster is not null)
        {
            ClusterSeam.Expect();
            options = options with
            {
                Store = StoreKind.Postgres,
                Database = KeptStore.DatabaseOf(options.Database, options.Data),
            };
        }

        options.Data.Create();
        var builder = NodeLogging.CreateBuilder(options.Url);

        // Before anything is opened: what goes up and down must be counted from the first.
        var readings = MeterReadings.Start();
        builder.Services.AddSingleton(_ => readings);
        var logger = NodeLogging.CreateStartLogger();
        var store = await OpenStoreAsync(options, logger, cancellationToken);
        NodeSecrets? secrets = null;
        EmbeddedExchange? exchange = null;
        NodeLeases? leases = null;
        try
        {
            var master = await KeptSecrets.OpenMasterAsync(options.Data, store.Secrets, cancellationToken);
            secrets = await KeptSecrets.LoadAsync(options.Data, store.Secrets, master, cancellationToken);
            exchange = await OpenExchangeAsync(options, store, secrets, logger, cancellationToken);
            leases = await NodeLeases.TakeAsync(
                store.Leases, doesDueWork: options.Cluster is null, logger, cancellationToken);
            var processes = options.Cluster is not null ? null : new ProcessRunner(
                exchange, store.Ledger, store.Rows, exchange.DueWork, leases.DueWork, TimeProvider.System, logger);
            builder.Services.AddSingleton(leases).AddSingleton(leases.Run).AddSingleton(store.Leases);
            var web = await StartWebAsync(
                builder, options, store, secrets, exchange, master, cancellationToken);
            processes?.Start();
            return new(store, secrets, exchange, leases, processes, web, logger);
        }
        // Boundary: whatever failed, what was opened so far is closed again, and the failure goes on to the caller.
        catch (Exception fault)
        {
            if (leases is not null)
            {
                await leases.DisposeAsync();
            }

            if (exchange is not null)
            {
                await exchange.DisposeAsync();
            }

            secrets?.Dispose();
            store.Dispose();
            if (fault is StoreUnavailableException)
            {
                throw new NodeStartException(
                    $"The store went away while the node started: {StoreUnavailableException.ReasonOf(fault)}");
            }

            throw;
        }
    }

    /// <summary>
    /// Waits until the node is told to stop (0), or something of it failed so that it must end (1): its store, or what
    /// its host runs.
    /// </summary>
    public async Task<int> WaitForEndAsync(CancellationToken cancellationToken)
    {
        var stopping = _web.WaitForShutdownAsync(cancellationToken);
        if (await Task.WhenAny(stopping, _store.Failed) == stopping)
        {
            return cancellationToken.IsCancellationRequested ? 0 : 1;
        }

        var reason = await _store.Failed;
        Log.StoreFailed(_logger, reason);
        return 1;
    }

    public async ValueTask DisposeAsync()
    {
        await _web.StopAsync();
        if (_processes is not null)
        {
            await _processes.DisposeAsync();
        }

        await _exchange.DisposeAsync();
        await _web.DisposeAsync();
        await _leases.DisposeAsync();
        _secrets.Dispose();
        _store.Dispose();
    }

    // Another node's migration may hold this one up as long as that takes: whoever stops the node does not wait for it.
    private static async Task<KeptStore> OpenStoreAsync(
        NodeOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        var opening = Task.Run(
            () => KeptStore.Open(options.Store, options.Data, options.Database, logger), CancellationToken.None);
        try
        {
            return await opening.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _ = opening.ContinueWith(
                opened => opened.Result.Dispose(), CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }
    }

    private static async Task<EmbeddedExchange> OpenExchangeAsync(
        NodeOptions options, KeptStore store, NodeSecrets secrets, ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            await RefuseHalfImportAsync(store, cancellationToken);
            var parts = new EmbeddedParts(
                store.Ledger, store.Snapshots, secrets.Salt, secrets.Tokens.Id, TimeProvider.System)
            {
                Logger = logger,
                Limits = new(options.GrainsMax),
            };
            return await EmbeddedExchange.OpenAsync(parts, cancellationToken);
        }
        catch (Engine.Pipeline.ChainBrokenException broken)
        {
            throw new NodeStartException($"The exchange's own chain does not verify: {broken.Message}");
        }
    }

    // The chain that names the exchange is imported last.
    private static async Task RefuseHalfImportAsync(KeptStore store, CancellationToken cancellationToken)
    {
        if (await Genesis.ReadAsync(store.Ledger, cancellationToken) is not null)
        {
            return;
        }

        await foreach (var (chain, _) in store.Ledger.ReadChainsAsync(after: null, cancellationToken))
        {
            if (chain == GrainCatalog.Self)
            {
                // Another node began it a moment ago.
                return;
            }

            throw new NodeStartException(
                "The store has chains but no exchange: an import did not come to its end. Run the import again.");
        }
    }

    // Alone a node runs all grains, and does what exists once per exchange while it holds the lease.
    private static void Place(WebApplicationBuilder builder, NodeOptions options, EmbeddedExchange exchange)
    {
        if (options.Cluster is { } join)
        {
            ClusterSeam.Join(builder, join, options.Database!);
        }
        else
        {
            builder.Services.AddSingleton<IExchange>(exchange).AddHostedService<ExchangeChores>();
        }
    }

    private static async Task<WebApplication> StartWebAsync(
        WebApplicationBuilder builder, NodeOptions options, KeptStore store, NodeSecrets secrets,
        EmbeddedExchange exchange, MasterKey master, CancellationToken cancellationToken)
    {
        var services = builder.Services;
        services.AddSingleton(exchange).AddSingleton(TimeProvider.System);
        if (options.Cluster is not { Role: ClusterRole.Gateway })
        {
            // A gateway decides nothing, so times that it looked ahead to keep it from nothing.
            services.AddSingleton(exchange.Clock);
        }

        services.AddSingleton(store.Ledger).AddSingleton(store.Rows).AddSingleton(store.Contents);
        services.AddSingleton(store.Health);
        services.AddSingleton<ISubjectKeys>(new SubjectKeys(store.Secrets, master));
        services.AddSingleton(secrets.ForContent).AddSingleton(secrets.Tokens);
        services.AddSingleton(new EdgeSecrets(secrets.Ids, secrets.Identifiers));
        services.AddSingleton(new UploadOptions { SpoolFolder = options.Data.Path });
        services.AddSingleton(new DeliveryOptions { RowsPerSecondMax = options.DeliveryRowsPerSecond });
        services.AddSingleton<ReadMoment>(exchange.ReadMomentAsync);
        services.AddSingleton<IContentUploads, ContentUploads>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<Deliveries>(
            provider, provider.GetRequiredService<ILogger<Deliveries>>()));
        services.AddSingleton<IDeliveries>(provider => provider.GetRequiredService<Deliveries>());
        services.AddSingleton<IExchangeJobs, ExchangeJobs>();
        services.AddHostedService<DeliveryRounds>();
        Place(builder, options, exchange);
        services.AddSingleton(provider => new EvidenceParts(
            exchange.Id, store.Ledger, store.Contents, options.Data.Evidence, TimeProvider.System,
            provider.GetRequiredService<ILogger<EvidenceWorks>>()));
        services.AddSingleton<IEvidence, EvidenceWorks>();
        services.AddSingleton(provider => new TokenIssuer(
            secrets.Tokens, exchange.Id, provider.GetRequiredService<ApiOptions>(), TimeProvider.System));
        services.AddExchangeApi();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = HostStopTimeMax);
        return await ListenAsync(builder.Build(), options, cancellationToken);
    }

    private static async Task<WebApplication> ListenAsync(
        WebApplication web, NodeOptions options, CancellationToken cancellationToken)
    {
        try
        {
            RequestsCut.Use(web);
            RequestTags.Use(web);
            web.MapExchangeApi();
            if (options.Cluster is { } join)
            {
                ClusterSeam.MapDashboard(web, join);
            }
            else
            {
                // A delivery of a dead run is closed before anybody can ask about it.
                _ = await web.Services.GetRequiredService<IExchangeJobs>().RecoverAsync(cancellationToken);
            }

            await web.StartAsync(cancellationToken);
            return web;
        }
        // Boundary: whatever keeps a node from its cluster is told to the operator in one form.
        catch (Exception fault) when (
            options.Cluster is not null && fault is not OperationCanceledException
            && !cancellationToken.IsCancellationRequested)
        {
            await web.DisposeAsync();
            throw new NodeStartException(
                $"The node cannot join its cluster or listen on {options.Url}: "
                + StoreUnavailableException.ReasonOf(fault));
        }
        // Boundary: what has joined a cluster leaves it before it ends, so that the others need not find out.
        catch (Exception stopped) when (
            stopped is OperationCanceledException or StoreUnavailableException
            || cancellationToken.IsCancellationRequested)
        {
            await LeaveAsync(web);

            // Whatever a start that is cancelled ends with, it was stopped.
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }
        // Boundary: whatever keeps the node from listening is told to the operator in one form.
        catch (Exception taken) when (taken is IOException or SocketException)
        {
            // Stopped before it goes: the host takes what is merely cancelled for a failure, and logs it.
            await LeaveAsync(web);
            throw new NodeStartException(
                $"The node cannot listen on {options.Url}: {taken.Message} Stop what listens there, or name another "
                + "address with --url.");
        }
    }

    private static async Task LeaveAsync(WebApplication web)
    {
        try
        {
            await web.StopAsync(CancellationToken.None);
        }
        // Boundary: a silo that has not joined yet has nothing to leave and says so; why the node stops is told above.
        catch (Exception notJoined)
        {
            var reason = StoreUnavailableException.ReasonOf(notJoined);
            Log.NotLeft(web.Logger, reason);
        }
        finally
        {
            await web.DisposeAsync();
        }
    }
}
