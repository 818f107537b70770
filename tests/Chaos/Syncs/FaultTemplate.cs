using Exchange.Chaos.Clients;
using Exchange.Chaos.Nodes;

namespace Exchange.Chaos.Syncs;

/// <summary>A small exchange on disk, made once and copied for every fault.</summary>
public sealed class FaultTemplate : IAsyncLifetime
{
    private const int HouseholdCount = 2;

    private readonly string _data;
    private World? _world;

    public FaultTemplate()
    {
        Folder = Directory.CreateTempSubdirectory("exchange-faults-").FullName;
        _data = Path.Combine(Folder, "template");
    }

    public string Folder { get; }

    public World World => _world ?? throw new InvalidOperationException("The template was not made.");

    /// <summary>A second revision, whose content is still to come.</summary>
    public string Declared { get; private set; } = "";

    public async Task InitializeAsync()
    {
        if (Tracing.Obstacle is null)
        {
            await using var node = await NodeProcess.StartAsync(_data, Ports.Free());
            using var client = new ExchangeClient(node.Address);
            _world = await World.BuildAsync(client, _data, HouseholdCount);
            Declared = await _world.DeclareRevisionAsync(client, "second", World.FirstColumns());
        }
    }

    public Task DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>A data directory of its own.</summary>
    public string Copy(string name)
    {
        var target = Path.Combine(Folder, name, "data");
        _ = Directory.CreateDirectory(target);
        foreach (var folder in Directory.EnumerateDirectories(_data, "*", SearchOption.AllDirectories))
        {
            _ = Directory.CreateDirectory(Path.Combine(target, Path.GetRelativePath(_data, folder)));
        }

        foreach (var file in Directory.EnumerateFiles(_data, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(target, Path.GetRelativePath(_data, file)));
        }

        return target;
    }
}
