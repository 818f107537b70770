using Exchange.Api;
using Exchange.Api.Security;
using Exchange.Engine.Hosting;
using Exchange.Engine.Secrets;
using Exchange.Ledger;
using Exchange.Signing;
using Exchange.Silo.Node;
using Exchange.Silo.Tests.Programs;
using Exchange.Store.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Exchange.Silo.Tests.Postgres;

/// <summary>What nodes on one database have in common: where it is, and the key that opens its secrets.</summary>
public sealed class SharedDatabase(WorkFolder folder)
{
    private readonly string _keyFile = WriteKey(folder);

    /// <summary>A node of this name on a server.</summary>
    public Task<RunningNode> StartNodeAsync(PrivateServer server, string name = "node") =>
        RunningNode.StartInAsync(Environment(server), folder.In(name), ["serve", "--store", "postgres"]);

    /// <summary>A node that finds the primary among servers.</summary>
    public Task<RunningNode> StartNodeAsync(IReadOnlyList<PrivateServer> servers, string name = "node") =>
        RunningNode.StartInAsync(Environment([.. servers]), folder.In(name), ["serve", "--store", "postgres"]);

    /// <summary>Runs a command of the program on a server to its end.</summary>
    public Task<Ended> RunAsync(PrivateServer server, params string[] arguments) =>
        ExchangeProgram.RunInAsync(Environment(server), [.. arguments, "--store", "postgres"]);

    /// <summary>The same, with the connections in files that the environment names.</summary>
    public Task<Ended> RunWithFilesAsync(PrivateServer server, params string[] arguments)
    {
        var environment = Environment(server);
        foreach (var name in new[] { PostgresOptions.ConnectionVariable, PostgresOptions.OwnerVariable })
        {
            _ = environment.Remove(name, out var connection);
            environment[name + PostgresOptions.FileSuffix] = folder.Write(name, connection + "\n");
        }

        return ExchangeProgram.RunInAsync(environment, [.. arguments, "--store", "postgres"]);
    }

    /// <summary>Starts a node on a server and does not wait for it.</summary>
    public ExchangeProgram Begin(PrivateServer server, string name = "node") => ExchangeProgram.StartIn(
        Environment(server), "serve", "--store", "postgres", "--data", folder.In(name), "--url", "http://127.0.0.1:0");

    /// <summary>Where a node remembers what it saw committed.</summary>
    public string WatermarkOf(string node) => Path.Combine(folder.In(node), "watermark.json");

    /// <summary>A token, made with the key of the nodes on a server.</summary>
    public async Task<string> TokenAsync(PrivateServer server, Role role, string subject)
    {
        var own = Directory.CreateDirectory(folder.In($"token-{Guid.NewGuid()}")).FullName;
        using var store = PostgresStore.Open(
            new() { Connection = server.Connection(PrivateServer.Writer), Directory = own }, NullLogger.Instance);
        using var secrets = await NodeSecrets.LoadAsync(
            store.Secrets, new MasterKey(MasterKeyFile.Read(_keyFile)), CancellationToken.None);
        var exchange = await Genesis.ReadAsync(store.Ledger, CancellationToken.None);
        return new TokenIssuer(secrets.Tokens, exchange!.Value, new ApiOptions(), TimeProvider.System)
            .Issue(role, ChainId.Parse(subject));
    }

    /// <summary>A load on a node, not begun yet.</summary>
    public async Task<Registrar> CreateLoadAsync(RunningNode node, PrivateServer server) =>
        await Registrar.CreateAsync(
            node, await TokenAsync(server, Role.Operator, "operator/main"),
            await TokenAsync(server, Role.Department, "department/relief"));

    /// <summary>A load on a node that has registered some already.</summary>
    public async Task<Registrar> StartLoadAsync(RunningNode node, PrivateServer server)
    {
        var load = await CreateLoadAsync(node, server);
        load.Start();
        await load.UntilMoreAsync(20);
        return load;
    }

    /// <summary>A session of the superuser, who writes also where the server does not want to.</summary>
    public static NpgsqlConnection Connect(PrivateServer server)
    {
        var connection = new NpgsqlConnection(
            server.Connection(PrivateServer.Superuser)
            + ";Pooling=false;Search Path=exchange;Options=-c default_transaction_read_only=off");
        connection.Open();
        return connection;
    }

    /// <summary>Runs a statement as the superuser; answers its first value.</summary>
    public static object? Ask(PrivateServer server, string statement)
    {
        using var connection = Connect(server);
        using var command = new NpgsqlCommand(statement, connection);
        return command.ExecuteScalar();
    }

    private Dictionary<string, string> Environment(params PrivateServer[] servers) => new()
    {
        ["EXCHANGE_MASTER_KEY_FILE"] = _keyFile,
        ["EXCHANGE_POSTGRES"] = Connection(servers, PrivateServer.Writer),
        ["EXCHANGE_POSTGRES_OWNER"] = Connection(servers, PrivateServer.Owner),
    };

    private static string Connection(PrivateServer[] servers, string role) =>
        new NpgsqlConnectionStringBuilder(servers[0].Connection(role))
        {
            Host = string.Join(',', servers.Select(server => server.SocketDirectory)),
            TargetSessionAttributes = servers.Length > 1 ? "primary" : null,
        }.ConnectionString;

    private static string WriteKey(WorkFolder folder)
    {
        var path = folder.Write("master.key", new string('c', 64));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }
}
