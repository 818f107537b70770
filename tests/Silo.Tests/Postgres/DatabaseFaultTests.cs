using Exchange.Store.Postgres;
using Npgsql;
using static Exchange.Silo.Tests.Postgres.SharedDatabase;

namespace Exchange.Silo.Tests.Postgres;

/// <summary>
/// What a node does when its database cannot be used: callers are told to come back, the node says that it is not ready
/// and why, goes on by itself when the database can be used again, and nothing that was acknowledged is gone.
/// </summary>
public sealed class DatabaseFaultTests(ServedDatabase served) : IClassFixture<ServedDatabase>
{
    private const string BreakWriters =
        "select count(pg_terminate_backend(pid, 10000)) from pg_stat_activity where usename = 'exchange_writer'";

    [ServerFact]
    public async Task Sessions_that_are_broken_off_under_load_are_made_anew()
    {
        using var health = new NodeHealth(served.Node);
        await using var load = await served.StartLoadAsync();

        _ = Ask(served.Server, BreakWriters);
        await load.UntilMoreAsync(50);

        await health.UntilReadyAgainAsync("57P01", NodeHealth.WritersMax);
        await load.ExpectAllKeptAsync(served.Server);
    }

    [ServerFact]
    public async Task A_server_that_is_restarted_is_used_again()
    {
        using var health = new NodeHealth(served.Node);
        await using var load = await served.StartLoadAsync();

        served.Server.Stop();
        await health.UntilNotReadyAsync("The store cannot be asked.");
        await load.UntilDelayedAsync(4);
        served.Server.Start();
        await load.UntilMoreAsync(50);

        await health.UntilReadyAgainAsync("57P01", NodeHealth.WritersMax);
        await load.ExpectAllKeptAsync(served.Server);
    }

    [ServerFact]
    public async Task A_database_that_takes_no_writes_is_used_when_it_does()
    {
        using var health = new NodeHealth(served.Node);
        await using var load = await served.StartLoadAsync();

        _ = Ask(served.Server, "alter system set default_transaction_read_only = on");
        _ = Ask(served.Server, "select pg_reload_conf()");
        await health.UntilNotReadyAsync("The store takes no writes.");
        await load.UntilDelayedAsync(4);
        _ = Ask(served.Server, "alter system reset default_transaction_read_only");
        _ = Ask(served.Server, "select pg_reload_conf()");
        await load.UntilMoreAsync(50);

        await health.UntilReadyAgainAsync("25006");
        await load.ExpectAllKeptAsync(served.Server);
    }

    [ServerFact]
    public async Task A_server_without_a_free_connection_is_used_when_there_is_one()
    {
        using var health = new NodeHealth(served.Node);
        await using var load = await served.StartLoadAsync();

        // The node is kept out until others have taken all there are.
        _ = Ask(served.Server, "alter role exchange_writer connection limit 0");
        _ = Ask(served.Server, BreakWriters);
        var others = TakeAll(served.Server);
        _ = Ask(served.Server, "alter role exchange_writer connection limit -1");
        await load.UntilDelayedAsync(4);
        await health.UntilNotReadyAsync("The store cannot be asked.");
        others.ForEach(other => other.Dispose());
        await load.UntilMoreAsync(50);

        await health.UntilReadyAgainAsync("53300", NodeHealth.WritersMax);
        await load.ExpectAllKeptAsync(served.Server);
    }

    [ServerFact]
    public async Task A_commit_that_others_hold_up_is_given_up_in_time()
    {
        using var health = new NodeHealth(served.Node);
        await using var load = await served.StartLoadAsync();

        await using (var connection = Connect(served.Server))
        await using (var other = await connection.BeginTransactionAsync())
        {
            await using var command = new NpgsqlCommand("lock table chain in share mode", connection);
            _ = await command.ExecuteNonQueryAsync();
            await health.UntilNotReadyAsync("The store's commits fail or do not end");
            await load.UntilDelayedAsync(4);
        }

        await load.UntilMoreAsync(50);
        await health.UntilReadyAgainAsync("55P03");
        await load.ExpectAllKeptAsync(served.Server);
    }

    // Until the server has no more, as ordinary roles see it.
    private static List<NpgsqlConnection> TakeAll(PrivateServer server)
    {
        var taken = new List<NpgsqlConnection>();
        while (true)
        {
            var connection = new NpgsqlConnection(server.Connection(PrivateServer.Reader) + ";Pooling=false");
            try
            {
                connection.Open();
                taken.Add(connection);
            }
            catch (PostgresException full) when (full.SqlState == PostgresErrorCodes.TooManyConnections)
            {
                connection.Dispose();
                return taken;
            }
        }
    }
}
