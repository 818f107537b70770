using Exchange.Chaos.Clients;
using Exchange.Silo.Tests.Programs;

namespace Exchange.Silo.Tests.Commands;

/// <summary>A node with a small exchange that ran and was stopped; tests take copies of it.</summary>
public sealed class StoppedNode : IAsyncLifetime, IDisposable
{
    private readonly WorkFolder _folder = new();

    /// <summary>The key of a household with a consent.</summary>
    public string Household { get; private set; } = "";

    /// <summary>What the last household got for its consent.</summary>
    public string Receipt { get; private set; } = "";

    public async Task InitializeAsync()
    {
        await using var node = await RunningNode.StartAsync(_folder.Data);
        var world = await World.BuildAsync(node.Client, node.Data, households: 3);
        foreach (var household in world.Households)
        {
            Receipt = (await node.Client.PostAsync(
                household.Token, $"/v1/households/{household.Id}/consents", World.Key($"consent {household.Number}"),
                world.Consent())).Expect().Receipt.ToJsonString();
        }

        Household = world.Households[0].Id;
        _ = (await node.Program.TerminateAsync()).Good();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>Copies the data directory, as a backup of a stopped node is taken.</summary>
    public string CopyTo(WorkFolder folder)
    {
        foreach (var file in Directory.EnumerateFiles(_folder.Data, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(folder.Data, Path.GetRelativePath(_folder.Data, file));
            _ = Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return folder.Data;
    }

    public void Dispose() => _folder.Dispose();
}
