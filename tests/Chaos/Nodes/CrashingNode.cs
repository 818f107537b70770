using Exchange.Chaos.Clients;

namespace Exchange.Chaos.Nodes;

/// <summary>A node that is killed after every step and started again, on one data directory and port.</summary>
public sealed class CrashingNode : IAsyncDisposable
{
    private readonly int _port = Ports.Free();
    private readonly string[] _options;
    private NodeProcess? _node;
    private ExchangeClient? _client;

    public CrashingNode(params string[] options)
    {
        _options = options;
        Directory = System.IO.Directory.CreateTempSubdirectory("exchange-crash-").FullName;
        DataDirectory = Path.Combine(Directory, "data");
    }

    /// <summary>A directory of the test's own; the node's data lies in it.</summary>
    public string Directory { get; }

    public string DataDirectory { get; }

    /// <summary>A client of the node as it runs now.</summary>
    public ExchangeClient Client => _client ?? throw new InvalidOperationException("The node was not started.");

    public async Task StartAsync()
    {
        _node = await NodeProcess.StartAsync(DataDirectory, _port, _options);
        _client = new(_node.Address);
    }

    /// <summary>Kills the node as it stands and starts it again.</summary>
    public async Task CrashAsync()
    {
        await _node!.KillAsync();
        await _node.DisposeAsync();
        _client!.Dispose();
        await StartAsync();
    }

    /// <summary>
    /// Gives a command, kills the node after the answer, starts it again and repeats the command: the first receipt and
    /// the same data must come again.
    /// </summary>
    public async Task<Answer> StepAsync(Func<ExchangeClient, Task<Answer>> step)
    {
        var first = (await step(Client)).Expect();
        await CrashAsync();
        var again = (await step(Client)).Expect();

        Assert.True(again.Replayed, $"The repeated command was not a replay: {again.Text}");
        Assert.Equal(first.Status, again.Status);
        Assert.Equal(first.Receipt.ToJsonString(), again.Receipt.ToJsonString());
        return again;
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }

        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
