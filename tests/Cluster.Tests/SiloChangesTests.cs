using Exchange.Cluster.Tests.Hosts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Exchange.Cluster.Tests;

/// <summary>A silo's log says who else is there.</summary>
public sealed class SiloChangesTests
{
    private const int Joined = 6016;
    private const int Gone = 6018;

    [ServerFact]
    public async Task A_silo_that_joins_and_leaves_is_told_by_the_others()
    {
        using var database = TestDatabase.Create();
        using var log = new KeptLog();
        await using var silo = await TestNode.StartSiloAsync(
            database, TimeProvider.System,
            more => more.Services.AddLogging(
                logging => logging.AddProvider(log).SetMinimumLevel(LogLevel.Information)));
        Assert.DoesNotContain(Joined, log.Numbers);

        var other = await TestNode.StartSiloAsync(database, TimeProvider.System);
        await ToldAsync(log, Joined);
        Assert.DoesNotContain(Gone, log.Numbers);
        await other.DisposeAsync();

        await ToldAsync(log, Gone);
    }

    private static Task ToldAsync(KeptLog log, int number) => Until.IsSoAsync(
        () => log.Numbers.Contains(number), () => string.Join('\n', log.Texts));
}
