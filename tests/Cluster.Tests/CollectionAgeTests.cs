using Exchange.Cluster.Hosts;
using Exchange.Cluster.Tests.Hosts;
using Exchange.Engine.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Exchange.Cluster.Tests;

public sealed class CollectionAgeTests
{
    [ServerFact]
    public async Task A_grain_that_nobody_asks_leaves_a_silo_after_the_time_of_its_kind()
    {
        using var database = TestDatabase.Create();
        await using var silo = await TestNode.StartSiloAsync(database, TimeProvider.System);
        var types = silo.Services.GetRequiredService<GrainTypeSharedContextResolver>();

        var ages = GrainCatalog.Rules.Keys.ToDictionary(
            kind => kind,
            kind => types.GetComponents(GrainType.Create(
                new ChainId(kind, GrainKey.Parse("x")).KindName)).CollectionAgeLimit);

        Assert.All(ages, age => Assert.Equal(IdleTimes.Of(age.Key), age.Value));
        Assert.True(ages[GrainKind.Household] < ages[GrainKind.Dataset]);
    }
}
