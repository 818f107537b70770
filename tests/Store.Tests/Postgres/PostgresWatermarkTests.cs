using Exchange.Store.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using static Exchange.Store.Tests.Samples;

namespace Exchange.Store.Tests.Postgres;

/// <summary>What a node remembers of its server, and what it refuses by that.</summary>
[NeedsServer]
public sealed class PostgresWatermarkTests : IDisposable
{
    private static readonly ChainId One = Household(1);

    private readonly PostgresFixture _fixture = new();

    [StoreFact]
    public async Task A_database_without_the_end_of_its_history_is_refused_at_the_start()
    {
        await AppendAsync(_fixture.Store, Part(One, Genesis(One), 1, 2));
        _fixture.Reopen();
        _ = _fixture.Ask("delete from entry where idx = 1");

        ExpectRefused(_fixture.Options, "without its end");
    }

    // A server that lost its end numbers transactions from there again: others may have the positions by now.
    [StoreFact]
    public async Task A_database_with_other_entries_in_their_places_is_refused_at_the_start()
    {
        await AppendAsync(_fixture.Store, Part(One, Genesis(One), 1, 2));
        _fixture.Reopen();
        _ = _fixture.Ask(@"update entry set body = body || '\x00'::bytea where idx = 1");

        ExpectRefused(_fixture.Options, "without its end");
    }

    [StoreFact]
    public async Task A_lost_end_is_on_disk_before_it_is_told()
    {
        var options = _fixture.NewOptions();
        using var store = PostgresStore.Open(options, NullLogger.Instance, new StillClock());
        await AppendAsync(store, Part(One, Genesis(One), 1, 2));
        Assert.False(File.Exists(WatermarkOf(options)));
        _ = _fixture.Ask("delete from entry where idx = 1");

        _fixture.BreakSessions();
        await Assert.ThrowsAsync<StoreUnavailableException>(
            async () => await store.Ledger.ReadHeadsAsync([One], default));

        var again = _fixture.NewOptions();
        File.Copy(WatermarkOf(options), WatermarkOf(again));
        ExpectRefused(again, "without its end");
    }

    // What was sealed with a key that is gone could never be read again.
    [StoreFact]
    public async Task A_database_without_a_key_that_was_handed_out_is_refused_at_the_start()
    {
        _ = await _fixture.Secrets.GetOrAddAsync("household/one", new byte[] { 1, 2, 3 }, default);
        _fixture.Reopen();
        _ = _fixture.Ask(@"update secret set wrapped = '\x040506'");

        ExpectRefused(_fixture.Options, "without its end");
    }

    [StoreFact]
    public async Task Another_server_than_before_is_refused()
    {
        await AppendAsync(_fixture.Store, Part(One, Genesis(One), 1));
        _fixture.Reopen();
        await File.WriteAllTextAsync(WatermarkOf(_fixture.Options), """{"System":5,"Timeline":"00000001"}""");

        ExpectRefused(_fixture.Options, "expected system 5, found");
    }

    public void Dispose() => _fixture.Dispose();

    private static string WatermarkOf(PostgresOptions options) => Path.Combine(options.Directory, Watermark.FileName);

    private static async Task AppendAsync(PostgresStore store, ChainPart part) =>
        Assert.Equal(AppendOutcome.Stored, await store.Ledger.AppendAsync(part, default));

    private static void ExpectRefused(PostgresOptions options, string reason)
    {
        var refusal = Assert.Throws<StoreRefusedException>(() => PostgresFixture.Open(options));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    // Its timers never ring: what is kept each second is not kept.
    private sealed class StillClock : TimeProvider
    {
        public override ITimer CreateTimer(
            TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new StillTimer();
    }

    private sealed class StillTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
            // It never rang.
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
