using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Runtime.Services;

namespace Exchange.Cluster.Hosts;

// family: how silos hear from each other whether they can serve

/// <summary>Answers for this silo, from its last look: nobody waits for a store here.</summary>
public sealed class Fitness(
    GrainId id, Silo silo, ILoggerFactory loggers, OwnHealth health, IHostApplicationLifetime node)
    : GrainService(id, silo, loggers), IFitness
{
    public Task<bool> IsFitAsync() =>
        Task.FromResult(health.IsGood && !node.ApplicationStopping.IsCancellationRequested);
}

/// <summary>Asks the other silos.</summary>
public sealed class FitnessOfOthers(IServiceProvider services, ISiloStatusOracle silos, TimeProvider time)
    : GrainServiceClient<IFitness>(services)
{
    private static readonly TimeSpan AnswerTimeMax = TimeSpan.FromSeconds(2);

    /// <summary>Whether some other silo says that it can serve.</summary>
    internal async Task<bool> IsAnyFitAsync(CancellationToken cancellationToken)
    {
        var others = silos.GetActiveSilos().Where(silo => !silo.Equals(silos.SiloAddress));
        var answers = await Task.WhenAll(others.Select(silo => IsFitAsync(silo, cancellationToken)));
        return answers.Contains(true);
    }

    private async Task<bool> IsFitAsync(SiloAddress silo, CancellationToken cancellationToken)
    {
        try
        {
            return await GetGrainService(silo).IsFitAsync().WaitAsync(AnswerTimeMax, time, cancellationToken);
        }
        // Boundary: who does not say that it is fit is not taken for it, be it dead or of a release that cannot tell.
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
