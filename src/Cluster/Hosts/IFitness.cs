using Orleans.Services;

namespace Exchange.Cluster.Hosts;

/// <summary>What each silo says about itself to the others.</summary>
[Alias("exchange.fitness")]
public interface IFitness : IGrainService
{
    /// <summary>Whether it can serve, as it saw a moment ago, and means to stay.</summary>
    [Alias("isFit")]
    Task<bool> IsFitAsync();
}
