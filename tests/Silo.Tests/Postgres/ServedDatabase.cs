using Exchange.Ledger;
using Exchange.Silo.Tests.Programs;
using Exchange.Store.Postgres;

namespace Exchange.Silo.Tests.Postgres;

/// <summary>A server with one node that all tests of a class use, one after the other, and never restart.</summary>
public sealed class ServedDatabase : IAsyncLifetime
{
    private readonly WorkFolder _folder = new();
    private PrivateServer? _server;
    private RunningNode? _node;
    private string _operators = "";
    private string _department = "";

    public PrivateServer Server => _server!;

    public RunningNode Node => _node!;

    public async Task InitializeAsync()
    {
        if (ServerFactAttribute.ReasonToSkip is not null)
        {
            return;
        }

        _server = PrivateServer.Start(new() { Settings = ["max_connections=40"] });
        var database = new SharedDatabase(_folder);
        _node = await database.StartNodeAsync(Server);
        _operators = await database.TokenAsync(Server, Role.Operator, "operator/main");
        _department = await database.TokenAsync(Server, Role.Department, "department/relief");
    }

    /// <summary>A load of the test's own, begun.</summary>
    public async Task<Registrar> StartLoadAsync()
    {
        var load = await Registrar.CreateAsync(Node, _operators, _department);
        load.Start();
        await load.UntilMoreAsync(20);
        return load;
    }

    public async Task DisposeAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }

        _server?.Dispose();
        _folder.Dispose();
    }
}
