using Exchange.Chaos.Nodes;
using Xunit.Abstractions;

namespace Exchange.Chaos.Kills;

public sealed class KillTests(ITestOutputHelper output)
{
    // Each costs a start of the node. The program in this folder kills as often as it is told.
    private const int Kills = 30;

    [Fact]
    public Task Nothing_acknowledged_is_lost_or_doubled_when_the_node_is_killed_at_random_moments() =>
        HoldAsync("sqlite");

    [ServerFact]
    public Task Nothing_acknowledged_is_lost_or_doubled_when_nodes_and_their_server_are_killed_in_turn() =>
        HoldAsync("postgres");

    private async Task HoldAsync(string store)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("EXCHANGE_SEED"), out var given)
            ? given
            : Environment.TickCount & 0xffff;
        await using var log = new StringWriter();

        var report = await KillRun.RunAsync(store, Kills, seed, log);

        output.WriteLine(log.ToString());
        output.WriteLine(report.ToString());
        Assert.True(report.IsGood, report.ToString());

        // Callers give up only once the node said yes or no. How often it did is up to the machine.
        Assert.True(report.Acknowledged > 0, $"Nothing was under way: {report}");
    }
}
