using Exchange.Engine.Checking;
using Exchange.Engine.Hosting;
using Exchange.Engine.Leases;
using Exchange.Engine.Pipeline;
using Exchange.Engine.Ports;
using Exchange.Grains;
using Exchange.Grains.Buyers;
using Exchange.Store.Memory;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exchange.Engine.Tests;

/// <summary>A store that outlives its engines, and an engine on it that can be stopped and begun again.</summary>
internal sealed class World : IAsyncDisposable
{
    internal static readonly ChainId Chain = ChainId.Parse("buyer/acme");

    private MemoryLeaseStore? _leases;

    internal static readonly Actor Operator = new(
        ChainId.Parse("operator/main"), Role.Operator, OnBehalfOf: null, Person: null, Channel.Self,
        Authentication: null);

    private int _commands;

    internal MemoryLedgerStore Ledger { get; } = new();

    internal MemoryRowStore Rows => new(Ledger);

    internal MemorySnapshotStore Snapshots { get; } = new();

    internal FakeTime Time { get; } = new();

    internal EmbeddedLimits Limits { get; init; } = new();

    internal MemoryLeaseStore Leases => _leases ??= new(Time);

    /// <summary>The lease of due work, as the first node holds it.</summary>
    internal LeaseKeeper DueWork { get; private set; } = null!;

    internal Func<GrainKind, GrainRules?> Rules { get; set; } = TallyOr(new TallyRules());

    internal EmbeddedExchange Exchange { get; private set; } = null!;

    internal static Func<GrainKind, GrainRules?> TallyOr(TallyRules tally) =>
        kind => kind == GrainKind.Buyer ? tally : GrainCatalog.Find(kind);

    internal static async Task<World> OpenAsync(EmbeddedLimits? limits = null)
    {
        var world = new World { Limits = limits ?? new() };
        await world.BeginAsync();
        return world;
    }

    /// <summary>Begins an engine on the store; the one before, if not stopped, is forgotten as by a crash.</summary>
    internal async Task<EmbeddedExchange> BeginAsync()
    {
        DueWork = Keeper("node-1");
        _ = await DueWork.RenewAsync(CancellationToken.None);
        return Exchange = await OpenOneMoreAsync();
    }

    /// <summary>Opens another engine on the store, as another node would.</summary>
    internal Task<EmbeddedExchange> OpenOneMoreAsync(ILedgerStore? ledger = null) => EmbeddedExchange.OpenAsync(
        new(ledger ?? Ledger, Snapshots, static (_, index) => new(new(1, (ulong)index.Value)), default, Time)
        {
            Rules = Rules,
            Limits = Limits,
        },
        CancellationToken.None);

    internal LeaseKeeper Keeper(string node, TimeProvider? clock = null) => new(
        Leases, LeaseName.DueWork, GrainKey.Parse(node), clock ?? Time, NullLogger.Instance);

    internal CommandId NextId() => new(new(7, (ulong)Interlocked.Increment(ref _commands)));

    internal CommandRequest Note(string agreement, CommandId? id = null, ChainId? chain = null) =>
        Request(new NoteAgreement(GrainKey.Parse(agreement)), id, chain);

    internal CommandRequest Request(Command command, CommandId? id = null, ChainId? chain = null) =>
        new(chain ?? Chain, id ?? NextId(), Operator, command);

    internal Task<SubmitOutcome> SubmitAsync(CommandRequest request) =>
        Exchange.SubmitAsync(request, CancellationToken.None).AsTask();

    internal async Task<SubmitOutcome.Accepted> AcceptedAsync(CommandRequest request) =>
        Assert.IsType<SubmitOutcome.Accepted>(await SubmitAsync(request));

    internal async Task<TallyState> TallyAsync(ChainId? chain = null) =>
        (TallyState)(await Exchange.ReadAsync(chain ?? Chain, CancellationToken.None)).State;

    /// <summary>Verifies and replays every chain and compares rows, snapshots and citations with it.</summary>
    internal async Task<StoreReport> CheckAsync(bool rebuild = false) => await new StoreCheck(
        Ledger, Rows, Snapshots, Exchange.Id, Rules).RunAsync(rebuild, progress: null, CancellationToken.None);

    internal async Task AssertGoodAsync() => Assert.Empty((await CheckAsync()).Differences);

    internal async Task<List<Entry>> EntriesAsync(ChainId? chain = null)
    {
        var entries = new List<Entry>();
        await foreach (var stored in Ledger.ReadChainAsync(chain ?? Chain, new(0), null, CancellationToken.None))
        {
            entries.Add(EntryCodec.Decode(stored.Bytes));
        }

        return entries;
    }

    public ValueTask DisposeAsync() => Exchange.DisposeAsync();
}
