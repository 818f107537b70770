using Exchange.Chaos.Clients;
using Exchange.Ledger;
using Exchange.Silo.Tests.Programs;
using Exchange.Store.Postgres;
using static Exchange.Silo.Tests.Postgres.SharedDatabase;

namespace Exchange.Silo.Tests.Postgres;

/// <summary>The commands of deploy/runbook.md about backup and restore.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly ServerFolder _backups = new();
    private readonly SharedDatabase _database;

    public BackupTests() => _database = new(_folder);

    [ServerFact]
    public async Task An_older_backup_is_told_by_the_node_and_by_a_kept_receipt_and_the_archive_brings_the_rest()
    {
        var archive = _backups.Make("archive");
        string early, late, operators, department;
        using var server = PrivateServer.Start(new()
        {
            Settings =
            [
                "archive_mode=on", $"archive_command=test ! -f {archive}/%f && cp %p {archive}/%f.part && "
                    + $"mv {archive}/%f.part {archive}/%f",
            ],
        });
        Registrar load;
        await using (var node = await _database.StartNodeAsync(server))
        {
            operators = await _database.TokenAsync(server, Role.Operator, "operator/main");
            department = await _database.TokenAsync(server, Role.Department, "department/relief");
            load = await Registrar.CreateAsync(node, operators, department);
            await load.RegisterAsync(5);
            early = _folder.Write("early.json", load.Last.ToJsonString());
            _ = PrivateServer.Run(
                "pg_basebackup", "--pgdata", _backups.In("base"), "--host", server.SocketDirectory, "--username",
                "postgres", "--wal-method", "stream", "--checkpoint", "fast");
            await load.RegisterAsync(5);
            late = _folder.Write("late.json", load.Last.ToJsonString());
            _ = (await node.Program.TerminateAsync()).Good();
        }

        var last = (string)Ask(server, "select pg_walfile_name(pg_switch_wal())")!;
        await Waiting.UntilAsync(
            () => Task.FromResult(File.Exists(Path.Combine(archive, last))), () => $"no {last} in the archive");
        server.Stop();
        var watermark = _database.WatermarkOf("node");
        File.Copy(watermark, _folder.In("kept"));

        using (var older = Restore("older"))
        {
            (await _database.RunAsync(older, "serve", "--data", _folder.In("node"), "--url", "http://127.0.0.1:0"))
                .Refused("lacks entries that it acknowledged", $"remove {watermark}");
            File.Delete(watermark);
            await using var node = await _database.StartNodeAsync(older);
            var export = await ExportAsync(node, older);
            var (kept, said) = await Evidence.VerifyAsync(export, "--receipt", early);
            var (gone, told) = await Evidence.VerifyAsync(export, "--receipt", late);

            Assert.True(kept == 0, said);
            Assert.True(gone == 1, told);
            Assert.Contains("matches not all of 1 kept receipt", told, StringComparison.Ordinal);
        }

        File.Copy(_folder.In("kept"), watermark, overwrite: true);
        using var whole = Restore("whole", "hot_standby=off", $"restore_command=cp {archive}/%f %p");
        await using (var node = await _database.StartNodeAsync(whole))
        {
            await load.ExpectAllKeptAsync(whole);
            var (kept, said) = await Evidence.VerifyAsync(
                await ExportAsync(node, whole), "--receipt", early, "--receipt", late);
            Assert.True(kept == 0, said);
        }

        await load.DisposeAsync();
    }

    [ServerFact]
    public async Task A_dump_in_another_server_goes_on_with_greater_positions()
    {
        using var server = PrivateServer.Start();
        using var other = PrivateServer.Start();
        await using (var node = await _database.StartNodeAsync(server))
        {
            await using var load = await _database.CreateLoadAsync(node, server);
            await load.RegisterAsync(5);
            _ = (await node.Program.TerminateAsync()).Good();
        }

        // Transactions have greater numbers here than they will have in the other server.
        var dump = _backups.In("exchange.dump");
        _ = PrivateServer.Run(
            "pg_dump", "--format", "custom", "--file", dump, "--host", server.SocketDirectory, "--username",
            "postgres", "exchange");
        _ = PrivateServer.Run(
            "pg_restore", "--clean", "--if-exists", "--exit-on-error", "--single-transaction", "--host",
            other.SocketDirectory, "--username", "postgres", "--dbname", "exchange", dump);
        var before = (long)Ask(other, "select max(position) from entry")!;

        (await _database.RunAsync(other, "serve", "--data", _folder.In("node"), "--url", "http://127.0.0.1:0"))
            .Refused("The server is another one", $"remove {_database.WatermarkOf("node")}");
        File.Delete(_database.WatermarkOf("node"));
        var count = (long)Ask(other, "select count(*) from entry")!;
        await using (var node = await _database.StartNodeAsync(other))
        {
            await using var load = await _database.CreateLoadAsync(node, other);
            await load.RegisterAsync(5);
            await load.ExpectAllKeptAsync(other);
            _ = (await node.Program.TerminateAsync()).Good();
        }

        Assert.Equal(count, Ask(other, $"select count(*) from entry where position <= {before}"));
        Assert.True((long)Ask(other, $"select count(*) from entry where position > {before}")! >= 5);
        var check = await _database.RunAsync(other, "check", "--data", _folder.In("node"));
        Assert.Contains("0 differences", check.Good().Output, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _backups.Dispose();
        _folder.Dispose();
    }

    private PrivateServer Restore(string name, params string[] settings)
    {
        ServerFolder.Copy(_backups.In("base"), Path.Combine(_backups.Make(name), "data"));
        if (settings.Length > 0)
        {
            ServerFolder.Touch(Path.Combine(_backups.In(name), "data", "recovery.signal"));
        }

        return PrivateServer.Start(new() { Directory = _backups.In(name), Settings = [.. settings] });
    }

    private async Task<string> ExportAsync(RunningNode node, PrivateServer server)
    {
        var path = _folder.In($"{Guid.NewGuid()}.chain");
        await Evidence.ExportAsync(
            node.Client, await _database.TokenAsync(server, Role.Regulator, "regulator/provincial"), path);
        return path;
    }
}
