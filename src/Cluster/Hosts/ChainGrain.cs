using Exchange.Cluster.Messages;

namespace Exchange.Cluster.Hosts;

/// <summary>A chain's place in the cluster: loads it where Orleans puts it, forwards, and lets it go.</summary>
public abstract class ChainGrain(SiloGrains grains, GrainKind kind) : Grain, IChainGrain
{
    private ChainId Chain => field == default ? field = new(kind, GrainKey.Parse(this.GetPrimaryKeyString())) : field;

    public override Task OnActivateAsync(CancellationToken cancellationToken) => grains.LoadAsync(Chain, GrainContext);

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        grains.Release(Chain, GrainContext);
        return Task.CompletedTask;
    }

    public Task<Parcel> SubmitAsync(Parcel command) => grains.SubmitAsync(Chain, command);

    public Task<Parcel> ReadAsync(int version) => grains.ReadAsync(Chain, version);
}
