using Exchange.Ledger;
using Exchange.Silo.Tests.Programs;
using Exchange.Store.Postgres;
using Npgsql;
using static Exchange.Silo.Tests.Postgres.SharedDatabase;

namespace Exchange.Silo.Tests.Postgres;

/// <summary>The server's disk is full: where the tables are it goes on, where its log is it falls.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly ServerFolder _disks = new();
    private readonly SharedDatabase _database;

    public FullDiskTests() => _database = new(_folder);

    [MountFact]
    public async Task A_full_disk_below_the_tables_is_told_until_there_is_room()
    {
        using var server = PrivateServer.Start();
        var disk = _disks.MakeDisk("tables", sizeMegabytes: 64);
        _ = Ask(server, $"create tablespace small location '{disk}'");
        using (var connection = new NpgsqlConnection(
            server.Connection(PrivateServer.Superuser, "postgres") + ";Pooling=false"))
        {
            connection.Open();
            using var move = new NpgsqlCommand("alter database exchange set tablespace small", connection);
            _ = move.ExecuteNonQuery();
        }

        await using var node = await _database.StartNodeAsync(server);
        using var health = new NodeHealth(node);
        await using var load = await _database.StartLoadAsync(node, server);

        var filler = ServerFolder.Fill(disk);
        await health.UntilNotReadyAsync("The store's commits fail or do not end");
        await load.UntilDelayedAsync(4);
        File.Delete(filler);
        await load.UntilMoreAsync(20);

        await health.UntilReadyAgainAsync("53100");
        await load.ExpectAllKeptAsync(server);
    }

    // A server that falls has a last word for those who hear it; others find a session that ended, or nobody.
    private static readonly string[] HowAServerFalls =
        ["57P0", "53100", "The session ended while it was used.", "Exception while", "Failed to connect"];

    [MountFact]
    public async Task A_full_disk_below_the_log_ends_the_server_and_nothing_that_was_acknowledged_is_lost()
    {
        using var server = PrivateServer.Start();
        server.Stop();
        var disk = _disks.MakeDisk("log", sizeMegabytes: 96);
        var log = Path.Combine(server.DataDirectory, "pg_wal");
        ServerFolder.Copy(log, Path.Combine(disk, "pg_wal"));
        Directory.Delete(log, recursive: true);
        _ = File.CreateSymbolicLink(log, Path.Combine(disk, "pg_wal"));
        server.Start();
        await using var node = await _database.StartNodeAsync(server);
        using var health = new NodeHealth(node);
        await using var load = await _database.StartLoadAsync(node, server);

        var filler = ServerFolder.Fill(disk);
        await Waiting.UntilAsync(() => Task.FromResult(!TrySwitch(server)), () => "a server that goes on");
        await health.UntilNotReadyAsync("The store cannot be asked.");
        await Waiting.UntilAsync(() => Task.FromResult(server.ProcessId is null), () => "a server that still runs");
        File.Delete(filler);
        server.Start();
        await load.UntilMoreAsync(20);

        // It starts itself again until it cannot, and may take a write each time before it falls.
        await health.UntilReadyAgainAsync(HowAServerFalls, linesMax: 6);
        await load.ExpectAllKeptAsync(server);
    }

    public void Dispose()
    {
        _disks.Dispose();
        _folder.Dispose();
    }

    // The log goes on in a new file, for which there is no room.
    private static bool TrySwitch(PrivateServer server)
    {
        try
        {
            _ = Ask(server, "select pg_switch_wal()");
            return true;
        }
        catch (NpgsqlException)
        {
            // The server fell.
            return false;
        }
    }
}
