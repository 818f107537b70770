using Exchange.Engine;
using Exchange.Engine.Hosting;
using Exchange.Grains.Buyers;
using Exchange.Store.Postgres;
using static Exchange.Store.Tests.Samples;

namespace Exchange.Store.Tests.Postgres;

/// <summary>A node whose clock is ahead of the database's stops itself and nobody else.</summary>
[NeedsServer]
public sealed class PostgresClockTests : IDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly PostgresFixture _fixture = new();

    [StoreFact]
    public async Task What_is_from_ahead_of_the_databases_clock_is_not_stored_and_its_neighbours_are()
    {
        var log = new KeptLog();
        using var node = PostgresFixture.Open(_fixture.NewOptions(), log);
        using var other = PostgresFixture.Open(_fixture.NewOptions());
        var parts = Enumerable.Range(0, 60).Select(n => Part(Household(n), Genesis(Household(n)), n)).ToList();
        var ahead = Clock().Plus(Hour);
        await Task.WhenAll(parts.Where((_, n) => n % 3 == 1).Select(part => AppendAsync(other, part)));

        var outcomes = await Task.WhenAll(parts.Select(
            (part, n) => AppendAsync(node, n % 3 == 0 ? Dated(part, ahead) : part)));

        Assert.Equal(
            parts.Select((_, n) => n % 3 == 0 ? AppendOutcome.TimeAhead
                : n % 3 == 1 ? AppendOutcome.HeadMoved : AppendOutcome.Stored),
            outcomes);
        Assert.Null((await other.Ledger.ReadHeadsAsync([Household(0)], default))[0]);
        Assert.True(await other.Ledger.ReadGreatestTimeAsync(default) < Clock());
        Assert.Contains(3119, log.Numbers);
        Assert.Equal(AppendOutcome.Stored, await AppendAsync(node, parts[0]));
    }

    [StoreFact]
    public async Task A_clock_may_be_a_little_ahead()
    {
        var part = Part(Acme, Genesis(Acme), 1);
        var time = Clock().Plus(TimeSpan.FromSeconds(2));

        Assert.Equal(AppendOutcome.Stored, await AppendAsync(_fixture.Store, Dated(part, time)));
        Assert.Equal(time, await _fixture.Ledger.ReadGreatestTimeAsync(default));
    }

    [StoreFact]
    public async Task A_node_whose_clock_is_ahead_settles_moments_by_the_databases()
    {
        UnixMilliseconds seen = new(2_000_000);

        var moment = await _fixture.Ledger.SettleAsync(seen, Clock().Plus(Hour), default);

        Assert.InRange(moment.Value, seen.Value, Clock().Value);
        Assert.Equal(moment, await _fixture.Ledger.ReadGreatestTimeAsync(default));
    }

    [StoreFact]
    public async Task A_moment_serves_a_node_that_is_a_little_ahead_for_a_while()
    {
        UnixMilliseconds seen = new(2_000_000);
        var lead = TimeSpan.FromMilliseconds(1_500);

        // A machine that stands still between two calls makes a new one needed.
        var moments = new List<UnixMilliseconds>();
        for (var i = 0; i < 20; i++)
        {
            moments.Add(await _fixture.Ledger.SettleAsync(seen, Clock().Plus(lead), default));
        }

        Assert.True(moments.Distinct().Count() < moments.Count);
    }

    [StoreFact]
    public async Task A_moment_that_has_to_be_ahead_of_the_databases_clock_is_not_settled()
    {
        var seen = Clock().Plus(Hour);

        _ = await Assert.ThrowsAsync<StoreUnavailableException>(
            async () => await _fixture.Ledger.SettleAsync(seen, seen, default));

        Assert.Null(await _fixture.Ledger.ReadGreatestTimeAsync(default));
    }

    [StoreFact]
    public async Task A_node_whose_clock_is_an_hour_ahead_stops_no_other()
    {
        using var otherStore = PostgresFixture.Open(_fixture.NewOptions());
        await using var before = await OpenAsync(_fixture.Store, TimeProvider.System);
        await using var ahead = await OpenAsync(otherStore, new AheadTime());

        var outcome = await ApproveAsync(ahead, Acme, 1);
        _ = await ahead.ReadMomentAsync(new(2_000_000), default);
        await using var after = await OpenAsync(_fixture.Store, TimeProvider.System);

        Assert.Equal(
            UnavailableReason.ClockBehind, Assert.IsType<SubmitOutcome.Unavailable>(outcome).Reason);
        _ = Assert.IsType<SubmitOutcome.Accepted>(await ApproveAsync(before, Acme, 2));
        _ = Assert.IsType<SubmitOutcome.Accepted>(await ApproveAsync(after, Other, 3));
    }

    public void Dispose() => _fixture.Dispose();

    private static Task<AppendOutcome> AppendAsync(PostgresStore store, ChainPart part) =>
        store.Ledger.AppendAsync(part, default).AsTask();

    private static ChainPart Dated(ChainPart part, UnixMilliseconds time) =>
        part with { Entries = [part.Entries[0] with { RecordedAt = time }] };

    private static Task<EmbeddedExchange> OpenAsync(PostgresStore store, TimeProvider time) =>
        EmbeddedExchange.OpenAsync(
            new(store.Ledger, store.Snapshots, static (_, _) => default, default, time)
            {
                Rules = kind => kind == GrainKind.Buyer ? new CountRules() : GrainCatalog.Find(kind),
            },
            default);

    private static async Task<SubmitOutcome> ApproveAsync(EmbeddedExchange exchange, ChainId chain, int number) =>
        await exchange.SubmitAsync(new(chain, Command(number), EmbeddedExchange.Node, new ApproveBuyer()), default);

    private UnixMilliseconds Clock() =>
        new((long)_fixture.Ask("select floor(extract(epoch from clock_timestamp()) * 1000)::bigint")!);

    private sealed class AheadTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Hour;
    }
}
