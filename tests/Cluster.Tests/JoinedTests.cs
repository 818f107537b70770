using Exchange.Cluster.Hosts;
using Exchange.Cluster.Tests.Hosts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orleans.Runtime;

namespace Exchange.Cluster.Tests;

public sealed class JoinedTests
{
    [ServerFact]
    public async Task A_silo_is_ready_as_long_as_it_is_in_its_cluster()
    {
        using var database = TestDatabase.Create();
        var silo = await TestNode.StartSiloAsync(database, TimeProvider.System);
        var check = new JoinedSilo(silo.Services.GetRequiredService<ISiloStatusOracle>());

        var joined = await check.CheckHealthAsync(new());
        await silo.DisposeAsync();
        var left = await check.CheckHealthAsync(new());

        Assert.Equal(HealthStatus.Healthy, joined.Status);
        Assert.Equal(HealthStatus.Unhealthy, left.Status);
        Assert.Equal("The silo has not joined its cluster: it is Dead.", left.Description);
    }
}
