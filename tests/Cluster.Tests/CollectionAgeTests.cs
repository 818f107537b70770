using Exchange.Benchmarks.World;
using Exchange.Cluster.Hosts;
using Exchange.Cluster.Tests.Hosts;
using Exchange.Engine.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;

namespace Exchange.Cluster.Tests;

/// <summary>When grains leave the memory of a silo.</summary>
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

    [ServerFact]
    public async Task What_orleans_keeps_for_a_grain_goes_with_a_grain_that_has_to_make_room()
    {
        const int Households = 100, ResidentMax = 20;
        using var database = TestDatabase.Create();
        await using var silo = await TestNode.StartSiloAsync(
            database, TimeProvider.System, limits: new(ResidentMax));
        var parties = new Parties(silo.Exchange);
        await parties.RegisterAsync();

        for (var number = 1; number <= Households; number++)
        {
            await parties.RegisterHouseholdAsync(Parties.HouseholdOf(number));
        }

        // Up to a tenth more than may be, as in one process.
        var placed = 0;
        await Until.IsSoAsync(
            async () => (placed = await PlacedAsync(silo)) <= ResidentMax * 11 / 10,
            () => $"{placed} households", TimeSpan.FromMinutes(1));
        await parties.RegisterHouseholdAsync(Parties.HouseholdOf(Households + 1));
    }

    private static async Task<int> PlacedAsync(TestNode silo)
    {
        var management = silo.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0);
        return (await management.GetSimpleGrainStatistics())
            .Where(each => each.GrainType.Contains("Household", StringComparison.Ordinal))
            .Sum(each => each.ActivationCount);
    }
}
