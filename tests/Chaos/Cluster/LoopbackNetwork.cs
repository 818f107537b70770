namespace Exchange.Chaos.Cluster;

/// <summary>All silos on the machine's own address, where none can be cut off.</summary>
public sealed class LoopbackNetwork : ISiloNetwork
{
    private const string Loopback = "127.0.0.1";

    public bool CanCut => false;

    public SubnetHost? Database => null;

    public string AdvertisedOf(int silo) => Loopback;

    public string FrontOf(int silo) => Loopback;

    public IReadOnlyList<string> WrapperOf(int silo) => [];

    public Task CutAsync(int silo, CutFrom from) => throw new NotSupportedException("The loopback has no links.");

    public Task MendAsync(int silo) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
