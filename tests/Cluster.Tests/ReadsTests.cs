using Exchange.Benchmarks.World;
using Exchange.Cluster.Hosts;
using Exchange.Cluster.Messages;
using Exchange.Cluster.Tests.Hosts;
using Exchange.Engine.Hosting;
using Exchange.Engine.Pipeline;
using Exchange.Engine.Ports;
using Exchange.Store.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Serialization;
using static Exchange.Cluster.Tests.DuplicateActivationTests;

namespace Exchange.Cluster.Tests;

/// <summary>Reads through a node without grains, to which the silo answers otherwise than with the state.</summary>
public sealed class ReadsTests
{
    private const int ReadFailed = 6019;

    private static readonly ChainId Household = Parties.HouseholdOf(1);

    private static readonly ReadingMessage Reading = new(
        MessageVersion.Newest, ReadingKind.Read, new(0, new byte[Digest.SizeBytes]),
        StateVersion: GrainCatalog.Rules[GrainKind.Household].StateVersion, State: [0xff]);

    [ServerFact]
    public async Task A_read_whose_answer_cannot_be_read_is_answered_from_the_store()
    {
        await using var world = await World.StartAsync();
        var expected = await world.Silo.Exchange.ReadAsync(Household, CancellationToken.None);
        Func<Parcel>[] answers =
        [
            () => Parcel.Of(new Packed([0xc1])), () => Parcel.Of(Packed.Of(Reading)),
            () => Parcel.Of(Packed.Of(Reading with { Kind = (ReadingKind)99 })),
            () => throw new SerializerException("The answer is not of this world."),
            () => throw new InvalidOperationException("The silo has a bug."),
        ];

        foreach (var answer in answers)
        {
            world.Failing.AnswerWith(answer, executes: false);
            var found = await world.Door.ReadAsync(Household, CancellationToken.None);
            Assert.Equal(expected.Head, found.Head);
            Assert.Equal(expected.State.GetType(), found.State.GetType());
        }

        Assert.Equal(answers.Length, world.Failing.Count);
        Assert.Equal(Enumerable.Repeat(ReadFailed, answers.Length), world.Log.Numbers);
    }

    [ServerFact]
    public async Task A_state_in_the_form_of_another_release_is_folded_where_it_is_read()
    {
        await using var world = await World.StartAsync();
        var expected = await world.Silo.Exchange.ReadAsync(Household, CancellationToken.None);

        world.Failing.AnswerWith(() => Parcel.Of(Packed.Of(Reading with { StateVersion = 99 })), executes: false);
        var found = await world.Door.ReadAsync(Household, CancellationToken.None);

        Assert.Equal(1, world.Failing.Count);
        Assert.Equal(expected.Head, found.Head);
        Assert.Empty(world.Log.Numbers);
    }

    [ServerFact]
    public async Task A_read_that_cannot_be_answered_from_the_store_either_is_unavailable()
    {
        await using var world = await World.StartAsync();
        var ledger = new MemoryLedgerStore();
        await using var here = await OpenAsync(ledger);

        world.Failing.AnswerWith(() => Parcel.Of(new Packed([0xc1])), executes: false);
        ledger.Faults.IsDown = true;

        _ = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => world.Through(here).ReadAsync(Household, CancellationToken.None).AsTask());
        Assert.Equal([ReadFailed], world.Log.Numbers);
    }

    [ServerFact]
    public async Task What_keeps_a_silo_from_reading_is_told_to_who_asked_another_node()
    {
        await using var world = await World.StartAsync();

        world.Failing.AnswerWith(
            () => Parcel.Of(Packed.Of(new ReadingMessage(
                MessageVersion.Newest, ReadingKind.Unavailable, Why: "Too many wait."))),
            executes: false);
        var unavailable = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => world.Door.ReadAsync(Household, CancellationToken.None).AsTask());
        world.Failing.AnswerWith(
            () => Parcel.Of(Packed.Of(new ReadingMessage(
                MessageVersion.Newest, ReadingKind.Broken, Why: "It was tampered with.", BrokenAt: 7))),
            executes: false);
        var broken = await Assert.ThrowsAsync<ChainBrokenException>(
            () => world.Door.ReadAsync(Household, CancellationToken.None).AsTask());

        Assert.Equal("Too many wait.", unavailable.Message);
        Assert.Equal(
            (Household, new EntryIndex(7), "It was tampered with."), (broken.Chain, broken.Index, broken.Reason));
        Assert.Empty(world.Log.Numbers);
    }

    [ServerFact]
    public async Task A_read_that_its_caller_gives_up_ends_so_and_is_no_failure()
    {
        await using var world = await World.StartAsync();
        using var patience = new CancellationTokenSource();

        // Given up while the silo is at it.
        world.Failing.AnswerWith(
            () =>
            {
                patience.Cancel();
                return Parcel.Of(Packed.Of(Reading with { StateVersion = 99 }));
            },
            executes: false);

        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => world.Door.ReadAsync(Household, patience.Token).AsTask());
        Assert.Empty(world.Log.Numbers);
    }

    [Fact]
    public async Task What_keeps_a_silo_from_reading_is_what_its_own_store_said()
    {
        var ledger = new MemoryLedgerStore();
        await using var here = await OpenAsync(ledger);
        await new Parties(here).RegisterAsync();
        await new Parties(here).RegisterHouseholdAsync(Household);
        _ = await AcceptedAsync(here, Withdrawal(1));
        using var none = LoggerFactory.Create(static _ => { });
        var grains = new SiloGrains(here, none.CreateLogger<SiloGrains>());
        async Task<GrainReading?> ReadAsync() => ReadingMessages.Read(
            (await grains.ReadAsync(Household, MessageVersion.Newest)).Pack().Open<ReadingMessage>(),
            here.RulesOf(Household), Household);

        ledger.Faults.IsDown = true;
        var unavailable = await Assert.ThrowsAsync<StoreUnavailableException>(ReadAsync);
        ledger.Faults.IsDown = false;
        var read = await ReadAsync();
        here.Release(Household);
        ledger.Cut(Household);
        var broken = await Assert.ThrowsAsync<ChainBrokenException>(ReadAsync);
        var expected = await Assert.ThrowsAsync<ChainBrokenException>(
            () => here.ReadAsync(Household, CancellationToken.None).AsTask());

        Assert.Contains("gone", unavailable.Message, StringComparison.Ordinal);
        Assert.Equal(1, read!.Head.Index.Value);
        Assert.Equal(1, broken.Index.Value);
        Assert.Equal(
            (expected.Chain, expected.Index, expected.Reason), (broken.Chain, broken.Index, broken.Reason));
    }

    private static Task<EmbeddedExchange> OpenAsync(MemoryLedgerStore ledger) => EmbeddedExchange.OpenAsync(
        new(ledger, new MemorySnapshotStore(), static (_, index) => new(new(1, (ulong)index.Value)), default,
            TimeProvider.System),
        CancellationToken.None);

    /// <summary>A silo whose reads can be made to fail, and a node without grains before it.</summary>
    private sealed class World : IAsyncDisposable
    {
        private readonly TestDatabase _database = TestDatabase.Create();
        private readonly ILoggerFactory _loggers;
        private TestNode _gateway = null!;

        private World() => _loggers = LoggerFactory.Create(logging => logging.AddProvider(Log));

        internal FailingCalls Failing { get; } = new(nameof(IChainGrain.ReadAsync));

        internal TestNode Silo { get; private set; } = null!;

        /// <summary>What whoever reads through the node without grains logged.</summary>
        internal KeptLog Log { get; } = new();

        internal ClusterExchange Door => Through(_gateway.Here);

        internal static async Task<World> StartAsync()
        {
            var world = new World();
            world.Silo = await TestNode.StartPeopledSiloAsync(world._database, world.Failing);
            world._gateway = await TestNode.StartGatewayAsync(world._database, TimeProvider.System);
            return world;
        }

        /// <summary>The grains through that node, with another way to a store.</summary>
        internal ClusterExchange Through(EmbeddedExchange here) => new(
            _gateway.Services.GetRequiredService<IGrainFactory>(), here, TimeProvider.System,
            _loggers.CreateLogger<ClusterExchange>());

        public async ValueTask DisposeAsync()
        {
            await _gateway.DisposeAsync();
            await Silo.DisposeAsync();
            _loggers.Dispose();
            _database.Dispose();
        }
    }
}
