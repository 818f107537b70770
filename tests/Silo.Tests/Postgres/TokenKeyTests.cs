using Exchange.Silo.Tests.Programs;
using Exchange.Store.Postgres;
using Npgsql;

namespace Exchange.Silo.Tests.Postgres;

/// <summary>The commands of deploy/runbook.md about a new key to sign tokens with.</summary>
public sealed class TokenKeyTests : IDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly ServerFolder _backups = new();
    private readonly SharedDatabase _database;

    public TokenKeyTests() => _database = new(_folder);

    [ServerFact]
    public async Task A_new_token_key_ends_the_old_tokens_and_an_older_dump_brings_them_back()
    {
        using var server = PrivateServer.Start();
        string stolen;
        await using (var node = await _database.StartNodeAsync(server))
        {
            stolen = await TokenAsync(server);
            Assert.Equal(200, await StatusAsync(node, stolen));
            _ = (await node.Program.TerminateAsync()).Good();
        }

        var dump = _backups.In("exchange.dump");
        _ = PrivateServer.Run(
            "pg_dump", "--format", "custom", "--file", dump, "--host", server.SocketDirectory, "--username",
            "postgres", "exchange");
        Assert.Equal(1, DeleteTokenKey(server));

        // The node saw the key and takes a server without it for one that lost its end.
        var watermark = _database.WatermarkOf("node");
        (await _database.RunAsync(server, "serve", "--data", _folder.In("node"), "--url", "http://127.0.0.1:0"))
            .Refused("lacks entries that it acknowledged", $"remove {watermark}");
        File.Delete(watermark);
        await using (var node = await _database.StartNodeAsync(server))
        {
            Assert.Equal(401, await StatusAsync(node, stolen));
            Assert.Equal(200, await StatusAsync(node, await TokenAsync(server)));
            _ = (await node.Program.TerminateAsync()).Good();
        }

        using var other = PrivateServer.Start();
        _ = PrivateServer.Run(
            "pg_restore", "--clean", "--if-exists", "--exit-on-error", "--single-transaction", "--host",
            other.SocketDirectory, "--username", "postgres", "--dbname", "exchange", dump);
        await using var restored = await _database.StartNodeAsync(other, "restored");
        Assert.Equal(200, await StatusAsync(restored, stolen));
    }

    public void Dispose()
    {
        _backups.Dispose();
        _folder.Dispose();
    }

    private static async Task<int> StatusAsync(RunningNode node, string token) =>
        (await node.Client.GetAsync(token, "/v1/departments")).Status;

    private async Task<string> TokenAsync(PrivateServer server) => (await _database.RunAsync(
        server, "token", "--role", "operator", "--subject", "operator/first")).Good().Output.Trim();

    // As the owner, for the roles of nodes and readers must not be able to.
    private static int DeleteTokenKey(PrivateServer server)
    {
        using var connection = new NpgsqlConnection(server.Connection(PrivateServer.Owner) + ";Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand(
            "delete from exchange.secret where name = 'secret/token-key'", connection);
        return command.ExecuteNonQuery();
    }
}
