using Exchange.Engine;
using Exchange.Engine.Hosting;
using Exchange.Grains.Buyers;
using static Exchange.Store.Tests.Samples;

namespace Exchange.Store.Tests.Postgres;

/// <summary>A grain with very many entries, as a node loads it.</summary>
[NeedsServer]
public sealed class PostgresSnapshotLoadTests : IDisposable
{
    private const int Count = 50_000;
    private const int SnapshotEvery = 128;

    private readonly PostgresFixture _fixture = new();
    private readonly CountingLedger _counting;

    public PostgresSnapshotLoadTests() => _counting = new(_fixture.Ledger);

    [StoreFact]
    public async Task A_grain_with_very_many_entries_is_loaded_from_its_snapshot_and_the_entries_after_it()
    {
        await using (var first = await OpenAsync())
        {
            await FillAsync(first.Id);
            await ApproveAsync(first, Count);

            // Without a snapshot all of them are read, once, and a snapshot stands for them from then on.
            Assert.Equal(Count, _counting.EntriesOf(Acme));
            for (var number = 1; number < 10; number++)
            {
                await ApproveAsync(first, Count + number);
            }
        }

        var snapshot = await _fixture.Snapshots.ReadAsync(Acme, default);
        Assert.Equal(new EntryIndex(Count - 1), snapshot!.Head.Index);
        _counting.Forget();
        await using var second = await OpenAsync();

        var read = await second.ReadAsync(Acme, default);

        Assert.Equal(new CountState(Count + 10), read.State);
        Assert.Equal(new EntryIndex(Count + 9), read.Head.Index);

        // The one that the snapshot stands for, and what came after it.
        Assert.Equal(11, _counting.EntriesOf(Acme));
    }

    [StoreFact]
    public async Task A_chain_that_came_whole_is_read_whole_once()
    {
        await using (var first = await OpenAsync())
        {
            await FillAsync(first.Id);
            Assert.Equal(new CountState(Count), (await first.ReadAsync(Acme, default)).State);
        }

        _counting.Forget();
        await using var second = await OpenAsync();

        Assert.Equal(new CountState(Count), (await second.ReadAsync(Acme, default)).State);
        Assert.Equal(1, _counting.EntriesOf(Acme));
    }

    public void Dispose() => _fixture.Dispose();

    private Task<EmbeddedExchange> OpenAsync() => EmbeddedExchange.OpenAsync(
        new(_counting, _fixture.Snapshots, static (_, _) => default, default, TimeProvider.System)
        {
            Rules = kind => kind == GrainKind.Buyer ? new CountRules() : GrainCatalog.Find(kind),
            Limits = new(SnapshotEvery: SnapshotEvery),
        },
        default);

    private static async Task ApproveAsync(EmbeddedExchange exchange, int number) =>
        Assert.IsType<SubmitOutcome.Accepted>(await exchange.SubmitAsync(
            new(Acme, Command(number), Operator, new ApproveBuyer()), default));

    private static Actor Operator => new(
        ChainId.Parse("operator/main"), Role.Operator, OnBehalfOf: null, Person: null, Channel.Self,
        Authentication: null);

    private async Task FillAsync(ExchangeId exchange)
    {
        var head = ChainHead.Empty(exchange, Acme);
        var command = WireCatalog.Record(new ApproveBuyer());
        ImmutableArray<RecordedEvent> events = [WireCatalog.Record(new BuyerApproved(), command)];
        for (var done = 0; done < Count;)
        {
            var before = head;
            var entries = ImmutableArray.CreateBuilder<PendingEntry>();
            for (; entries.Count < 1000 && done < Count; done++)
            {
                var entry = new Entry
                {
                    Chain = Acme,
                    Index = head.Index.Next,
                    Previous = head.Hash,
                    RecordedAt = new(1_000_000 + done),
                    Actor = Operator,
                    CommandId = Command(done),
                    Command = command,
                    Rules = 1,
                    Facts = [],
                    Events = events,
                    Salt = default,
                };
                var body = EntryCodec.Encode(entry);
                entries.Add(new(
                    entry.Index, Hashes.Entry(body), entry.RecordedAt, Operator.Id, entry.CommandId,
                    Hashes.Command(Operator.Id, command), body));
                head = new(entry.Index, Hashes.Entry(body));
            }

            Assert.Equal(
                AppendOutcome.Stored,
                await _fixture.Ledger.AppendAsync(new(Acme, before, entries.DrainToImmutable(), []), default));
        }
    }
}
