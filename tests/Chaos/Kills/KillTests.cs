using Exchange.Chaos.Nodes;
using Xunit.Abstractions;

namespace Exchange.Chaos.Kills;

// family: kills while other tests run; a class each, so that the two runs wait for recoveries side by side

public sealed class NodeKillTests(ITestOutputHelper output)
{
    [Fact]
    public Task Nothing_acknowledged_is_lost_or_doubled_when_the_node_is_killed_at_random_moments() =>
        KillsInTests.HoldAsync("sqlite", output);
}

public sealed class ServerKillTests(ITestOutputHelper output)
{
    [ServerFact]
    public Task Nothing_acknowledged_is_lost_or_doubled_when_nodes_and_their_server_are_killed_in_turn() =>
        KillsInTests.HoldAsync("postgres", output);
}

internal static class KillsInTests
{
    // Each costs a start of the node. The program in this folder kills as often as it is told.
    private const int Kills = 30;

    internal static async Task HoldAsync(string store, ITestOutputHelper output)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("EXCHANGE_SEED"), out var given)
            ? given
            : Environment.TickCount & 0xffff;
        await using var log = new StringWriter();

        KillReport report;
        try
        {
            report = await KillRun.RunAsync(store, Kills, seed, log);
        }
        finally
        {
            output.WriteLine(log.ToString());
        }

        output.WriteLine(report.ToString());
        Assert.True(report.IsGood, report.ToString());

        // Callers give up only once the node said yes or no. How often it did is up to the machine.
        Assert.True(report.Acknowledged > 0, $"Nothing was under way: {report}");
    }
}
