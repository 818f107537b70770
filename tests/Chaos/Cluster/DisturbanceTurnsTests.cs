namespace Exchange.Chaos.Cluster;

public sealed class DisturbanceTurnsTests
{
    private const int Silos = 3;
    private const int Many = 120;

    [Theory]
    [InlineData(true, 7)]
    [InlineData(false, 5)]
    public void Everything_that_can_be_done_is_done_in_turn(bool canCut, int kinds)
    {
        var turns = new DisturbanceTurns(Silos, gateways: 2, canCut);

        Disturbance[] done = [.. Enumerable.Range(0, Many).Select(_ => turns.Next())];

        var byKind = done.GroupBy(each => each.Kind).ToArray();
        Assert.Equal(kinds, byKind.Length);
        Assert.All(byKind.Where(group => group.First().Silo is not null), group => Assert.Equal(
            Silos, group.Select(each => each.Silo).Distinct().Count()));
        Assert.Equal(2, done.Select(each => each.Gateway).Where(gateway => gateway is not null).Distinct().Count());
    }
}
