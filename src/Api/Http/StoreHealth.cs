using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Exchange.Api.Http;

/// <summary>A node is ready only where its store answers and holds an exchange.</summary>
internal sealed class StoreHealth(ILedgerStore ledger) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var heads = await ledger.ReadHeadsAsync([GrainCatalog.Self], cancellationToken);
            return heads[0] is null
                ? HealthCheckResult.Unhealthy("The store holds no exchange.")
                : HealthCheckResult.Healthy();
        }
        catch (StoreUnavailableException)
        {
            return HealthCheckResult.Unhealthy("The store cannot be asked.");
        }
    }
}
