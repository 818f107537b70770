using Exchange.Chaos.Nodes;
using Xunit.Abstractions;

namespace Exchange.Chaos.Cluster;

public sealed class ClusterTests(ITestOutputHelper output)
{
    private const int Silos = 3;

    // Once around. The program in this folder disturbs as often as it is told.
    private const int Disturbances = 10;

    [ClusterFact]
    public async Task Nothing_acknowledged_is_lost_or_doubled_when_silos_die_stand_still_and_are_cut_off()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("EXCHANGE_SEED"), out var given)
            ? given
            : Environment.TickCount & 0xffff;
        ISiloNetwork network = await NamespaceNetwork.FindObstacleAsync() is null
            ? await NamespaceNetwork.CreateAsync(Silos)
            : new LoopbackNetwork();
        await using var log = new StringWriter();

        var report = await ClusterRun.RunAsync(Programs.ClusterNode, network, Silos, Disturbances, seed, log);

        output.WriteLine(log.ToString());
        output.WriteLine(report.ToString());
        Assert.True(report.IsGood, report.ToString());
        Assert.True(report.Run.Acknowledged > 0, $"Nothing was under way: {report}");
    }
}
