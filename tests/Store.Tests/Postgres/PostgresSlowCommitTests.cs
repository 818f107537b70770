using Exchange.Store.Postgres;
using Npgsql;
using static Exchange.Store.Tests.Samples;

namespace Exchange.Store.Tests.Postgres;

/// <summary>Commits that wait for a standby that is not there, on a server of its own.</summary>
[NeedsServer]
public sealed class PostgresSlowCommitTests : IDisposable
{
    // What the runbook calls the sign of a commit that does not end.
    private const int OutcomeUnknown = 3113;

    private static readonly ChainId One = Household(1);

    private readonly OwnServer _own = new();
    private readonly KeptLog _log = new();

    [StoreFact]
    public async Task A_commit_that_no_standby_confirms_is_unknown_and_what_is_found_of_it_is_remembered()
    {
        var first = Part(One, Genesis(One), 1);
        var second = Part(One, HeadOf(first), 2);
        using (var store = Open())
        {
            Assert.Equal(AppendOutcome.Stored, await store.Ledger.AppendAsync(first, default));
            _ = Ask("alter system set synchronous_standby_names = 'nobody'");
            _ = Ask("select pg_reload_conf()");
            _ = Ask("select pg_sleep_for('100 milliseconds')");

            Assert.Equal(AppendOutcome.Unknown, await store.Ledger.AppendAsync(second, default));
            Assert.Contains(OutcomeUnknown, _log.Numbers);

            // The server shows it when the wait is cancelled, and only then; whoever asks for the command finds it.
            var known = await FoundAsync(store, Command(2));
            Assert.Equal(HeadOf(second).Hash, known.Hash);
            _ = Ask("alter system reset synchronous_standby_names");
            _ = Ask("select pg_reload_conf()");
            Assert.Equal(
                AppendOutcome.Stored, await UntilStoredAsync(store, Part(Household(2), Genesis(Household(2)), 1)));
        }

        // As a standby would lack it that was promoted.
        _ = Ask("delete from exchange.entry where idx = 1");
        var refusal = Assert.Throws<StoreRefusedException>(() => Open().Dispose());
        Assert.Contains("lacks entries that it acknowledged", refusal.Message, StringComparison.Ordinal);
    }

    [StoreFact]
    public async Task Whoever_asks_how_the_server_is_waits_for_no_commit()
    {
        const int Sessions = 2;
        using var store = PostgresFixture.Open(_own.Options with { ReadersMax = Sessions }, _log);
        _ = Ask("alter system set synchronous_standby_names = 'nobody'");
        _ = Ask("select pg_reload_conf()");
        var hanging = Enumerable.Range(1, Sessions).Select(number => store.Leases.TryTakeAsync(
            new($"job-{number}"), Key(number), TimeSpan.FromMinutes(1), default).AsTask()).ToArray();
        await UntilAsync(() => Ask("select count(*) from pg_stat_activity where wait_event = 'SyncRep'") is 2L);

        var condition = await store.Health.CheckAsync(default).AsTask().WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal(TaskStatus.WaitingForActivation, hanging[0].Status);
        _ = Assert.IsType<StoreCondition.Good>(condition);
        _ = Ask("alter system reset synchronous_standby_names");
        _ = Ask("select pg_reload_conf()");
        Assert.All(await Task.WhenAll(hanging), Assert.NotNull);
    }

    public void Dispose() => _own.Dispose();

    private static async Task UntilAsync(Func<bool> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!isSo())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static async Task<KnownCommand> FoundAsync(PostgresStore store, CommandId command)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            if ((await store.Ledger.FindCommandsAsync([new(One, One, command)], patience.Token))[0] is { } known)
            {
                return known;
            }
        }
    }

    private static async Task<AppendOutcome> UntilStoredAsync(PostgresStore store, ChainPart part)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        AppendOutcome outcome;
        while ((outcome = await store.Ledger.AppendAsync(part, patience.Token)) == AppendOutcome.Unavailable)
        {
            patience.Token.ThrowIfCancellationRequested();
        }

        return outcome;
    }

    private PostgresStore Open() => PostgresFixture.Open(_own.Options with
    {
        StatementTimeMax = TimeSpan.FromSeconds(2),
        CommitPatience = TimeSpan.FromSeconds(2),
    }, _log);

    private object? Ask(string statement)
    {
        using var source = NpgsqlDataSource.Create(
            _own.Server.Connection(PrivateServer.Superuser) + ";Pooling=false;Options=-c synchronous_commit=local");
        using var command = source.CreateCommand(statement);
        return command.ExecuteScalar();
    }
}
