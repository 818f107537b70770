using System.Text.RegularExpressions;
using Exchange.Chaos.Kills;
using Exchange.Chaos.Nodes;
using Xunit.Abstractions;

namespace Exchange.Chaos.Pairs;

public sealed partial class HotGrainsTests(ITestOutputHelper output)
{
    private const int Households = 2;
    private const int Acknowledged = 400;

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LoadMax = TimeSpan.FromMinutes(5);

    [ServerFact]
    public async Task Two_nodes_that_run_the_same_grains_fork_no_chain_and_both_answer()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("EXCHANGE_SEED"), out var given)
            ? given
            : Environment.TickCount & 0xffff;
        await using var pair = await TwoNodes.StartAsync(Households);
        var load = new Load(pair.Clients, pair.World, pair.Journal, seed);
        load.Start();
        using (var patience = new CancellationTokenSource(LoadMax))
        {
            while (pair.Journal.Acknowledged.Count < Acknowledged)
            {
                await Task.Delay(Glance, patience.Token);
            }
        }

        await load.StopAsync();
        var figures = await Task.WhenAll(pair.Clients.Select(
            client => client.GetAsync(pair.World.By.Operator, "/metrics")));
        var end = await pair.ReckonAsync(node: 1);

        output.WriteLine($"seed {seed}: {end.Check}, by node {string.Join(" and ", load.SettledBy)}");
        Assert.True(end.IsGood, $"seed {seed}: {end}");
        Assert.Empty(load.Errors);
        Assert.All(figures, page => Assert.Contains(
            "exchange_store_commit_duration_seconds_count", page.Text, StringComparison.Ordinal));
        Assert.True(
            figures.Any(page => Met().IsMatch(page.Text)),
            $"seed {seed}: expected that they met, found that they never did");
        Assert.All(load.SettledBy, count => Assert.True(count > Acknowledged / 10, $"seed {seed}: {count}"));
    }

    // A batch that was decided again because the other node was first.
    [GeneratedRegex(@"^exchange_conflicts_total\{[^}]*\} [1-9]", RegexOptions.Multiline)]
    private static partial Regex Met();
}
