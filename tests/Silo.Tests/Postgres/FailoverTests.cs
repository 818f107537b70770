using Exchange.Ledger;
using Exchange.Silo.Tests.Programs;
using Exchange.Store.Postgres;
using static Exchange.Silo.Tests.Postgres.SharedDatabase;

namespace Exchange.Silo.Tests.Postgres;

/// <summary>A standby takes over: with everything, or without the end of what was acknowledged.</summary>
public sealed class FailoverTests : IDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly SharedDatabase _database;

    public FailoverTests() => _database = new(_folder);

    [ServerFact]
    public async Task A_promoted_standby_with_everything_is_used_without_a_restart()
    {
        using var primary = PrivateServer.Start();
        using var standby = PrivateServer.StartStandby(primary);
        await using var node = await _database.StartNodeAsync([primary, standby]);
        using var health = new NodeHealth(node);
        await using var load = await _database.StartLoadAsync(node, primary);

        // A server that is stopped cleanly first hands everything to its standby.
        primary.Stop();
        await health.UntilNotReadyAsync("The store takes no writes.");
        standby.Promote();
        await load.UntilMoreAsync(20);

        await health.UntilReadyAgainAsync("57P01", NodeHealth.WritersMax);
        await load.ExpectAllKeptAsync(standby);
        Assert.Contains("only follows another one", node.Program.Errors, StringComparison.Ordinal);
    }

    [ServerFact]
    public async Task A_promoted_standby_without_the_end_is_refused_by_the_node_and_by_its_next_start()
    {
        using var primary = PrivateServer.Start();
        using var standby = PrivateServer.StartStandby(primary);
        await using var node = await _database.StartNodeAsync([primary, standby]);
        using var health = new NodeHealth(node);
        await using var load = await _database.StartLoadAsync(node, primary);

        _ = Ask(standby, "alter system set primary_conninfo = ''");
        _ = Ask(standby, "select pg_reload_conf()");
        await Waiting.UntilAsync(
            () => Task.FromResult(Ask(standby, "select count(*) from pg_stat_wal_receiver") is 0L),
            () => "a standby that still follows");
        await load.UntilMoreAsync(20);
        primary.Kill();
        standby.Promote();

        await health.UntilNotReadyAsync("The store lacks entries that this node acknowledged.");
        await load.UntilDelayedAsync(4);
        _ = await node.Program.WaitForLineAsync("The server is not used: The server lacks entries");
        await node.Program.KillAsync();
        var again = await _database.RunAsync(
            standby, "serve", "--data", _folder.In("node"), "--url", "http://127.0.0.1:0");
        again.Refused("The server lacks entries that it acknowledged", _database.WatermarkOf("node"));

        // The primary has all of it, and comes back.
        standby.Stop();
        primary.Start();
        await using var restarted = await _database.StartNodeAsync([primary, standby]);
        using var after = new NodeHealth(restarted);
        await after.UntilReadyAsync();
    }

    public void Dispose() => _folder.Dispose();
}
